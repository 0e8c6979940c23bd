namespace Fathom.Models.Verification;

/// <summary>A reference tensor with one vector a position, and how far ours are from it so far.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Reference">Its values, <c>[rows, columns, width]</c>.</param>
/// <param name="Width">Numbers a position.</param>
/// <param name="Stride">Numbers a position of ours; those behind <paramref name="Width"/> are no part of it.</param>
/// <param name="Ours">Finds our values of a row.</param>
internal sealed record PositionTensor(string Name, float[] Reference, int Width, int Stride, Func<HiddenStates, float[]> Ours)
{
    /// <summary>How far they differ.</summary>
    public Difference Difference { get; } = new();

    /// <summary>Whether it holds logits, which have bounds of their own.</summary>
    public bool IsLogits => Name.EndsWith("logits", StringComparison.Ordinal);
}
