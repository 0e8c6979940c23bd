namespace Fathom.Models.Adapters;

/// <summary>What an adapter is, by its own two files.</summary>
/// <param name="BaseModel">The model it belongs to: a path seen from its folder, or a name on the hub; null where it does not say.</param>
/// <param name="Rank">Rank of its updates, where no pattern says otherwise.</param>
/// <param name="Alpha">Its alpha: updates are scaled by alpha / rank, or alpha / root of rank.</param>
/// <param name="RankStabilised">Whether the root of the rank divides.</param>
/// <param name="Targets">The modules it changes: names, or one pattern.</param>
/// <param name="Tensors">Tensors in its file.</param>
/// <param name="Parameters">Numbers in them.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Warnings">Settings that were not understood.</param>
public sealed record AdapterDescription(string? BaseModel, int Rank, double Alpha, bool RankStabilised, IReadOnlyList<string> Targets, int Tensors, long Parameters, long Bytes, IReadOnlyList<string> Warnings);
