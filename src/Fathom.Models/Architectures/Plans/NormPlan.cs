namespace Fathom.Models.Architectures;

/// <summary>A norm: y = normalised x times weight, plus bias.</summary>
/// <param name="Name">Its module.</param>
/// <param name="Width">Numbers that are normalised together.</param>
/// <param name="Kind">How.</param>
/// <param name="Epsilon">Added to the mean square.</param>
/// <param name="Bias">Whether it has a bias.</param>
/// <param name="AddsOne">Whether the stored weight is one less than the factor.</param>
/// <param name="OwnHeads">Where every head has its own weight, <c>NAME.NUMBER.weight</c>, how many there are; else 0.</param>
internal sealed record NormPlan(string Name, int Width, NormKind Kind, float Epsilon, bool Bias, bool AddsOne, int OwnHeads = 0)
{
    /// <summary>Whether all heads' own weights lie in one tensor, <c>NAME.weight</c> <c>[heads, width]</c>.</summary>
    public bool Together { get; init; }

    /// <summary>Where the numbers of a head were put in another order, the place of each in the file; null for as they are.</summary>
    public int[]? Order { get; init; }

    /// <summary>The weights' names.</summary>
    public IEnumerable<string> Weights => OwnHeads == 0 || Together ? [Name + ".weight"] : Enumerable.Range(0, OwnHeads).Select(head => $"{Name}.{head}.weight");

    /// <summary>Names and shapes of its tensors.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors
    {
        get
        {
            foreach (var weight in Weights) yield return (weight, Together ? [OwnHeads, Width] : [Width]);
            if (Bias) yield return (Name + ".bias", [Width]);
        }
    }
}
