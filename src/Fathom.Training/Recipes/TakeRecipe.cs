namespace Fathom.Training.Recipes;

/// <summary>Rows i with from ≤ i mod modulo &lt; below, i counted from 0.</summary>
public sealed record TakeRecipe
{
    /// <summary>Rows after which the rule repeats. Default 100.</summary>
    public int Modulo { get; init; } = 100;

    /// <summary>First row of each period that is taken. Default 0.</summary>
    public int From { get; init; }

    /// <summary>First row after those taken; default: the period's end.</summary>
    public int? Below { get; init; }

    /// <summary>Whether a row is taken.</summary>
    public bool Takes(int row) => row % Modulo >= From && row % Modulo < (Below ?? Modulo);
}
