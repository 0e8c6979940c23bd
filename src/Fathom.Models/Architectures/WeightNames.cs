using System.Diagnostics.CodeAnalysis;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Architectures;

/// <summary>
/// Finds tensors by their usual Hugging Face names, whatever a file calls them: GGUF files have names of their own, some keep all
/// experts or heads in one tensor, and some files of a family leave a prefix out.
/// </summary>
internal sealed class WeightNames(ITensorSource source, TensorNames names, bool gguf)
{
    /// <summary>The file's name of a tensor.</summary>
    public string InFile(string name)
    {
        if (gguf) return GgufTensorNames.Of(names, name);
        if (names.OtherPrefix.Usual is not { Length: > 0 } usual || !name.StartsWith(usual, StringComparison.Ordinal) || source.TryGetTensor(name, out _)) return name;
        var other = names.OtherPrefix.Instead + name[usual.Length..];
        return source.TryGetTensor(other, out _) ? other : name;
    }

    /// <summary>The tensor, cut out of the one that holds all of its kind where need be.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        if (!source.TryGetTensor(InFile(name), out tensor)) return false;
        if (gguf && GgufTensorNames.PartOf(names, name) is { } part) tensor = Slice(tensor, part);
        return tensor is not null;
    }

    private static unsafe StoredTensor? Slice(StoredTensor all, int part)
    {
        if (all.Shape.Length < 2 || part >= all.Shape[0] || all.ByteLength % all.Shape[0] != 0) return null;
        var bytes = all.ByteLength / all.Shape[0];
        return new StoredTensor(all.Name, all.Type, all.Shape[1..], all.Data + part * bytes, bytes, all.Owner);
    }
}
