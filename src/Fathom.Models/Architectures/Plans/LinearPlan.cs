namespace Fathom.Models.Architectures;

/// <summary>A linear layer, or some rows of a tensor that holds several.</summary>
/// <param name="Name">Its module.</param>
/// <param name="Stored">Rows of the stored matrix.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Bias">Whether it has a bias.</param>
internal sealed record LinearPlan(string Name, int Stored, int Inputs, bool Bias)
{
    /// <summary>The stored rows that are meant, in the order of the outputs; null for all as they lie.</summary>
    public int[]? Rows { get; init; }

    /// <summary>Whether the matrix is stored <c>[inputs, outputs]</c>.</summary>
    public bool Transposed { get; init; }

    /// <summary>Numbers it makes.</summary>
    public int Outputs => Rows?.Length ?? Stored;

    /// <summary>Names and shapes of its tensors.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors
    {
        get
        {
            yield return (Name + ".weight", Transposed ? [Inputs, Stored] : [Stored, Inputs]);
            if (Bias) yield return (Name + ".bias", [Stored]);
        }
    }
}
