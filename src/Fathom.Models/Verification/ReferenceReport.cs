namespace Fathom.Models.Verification;

/// <summary>What comparing a model with reference values gave.</summary>
public sealed class ReferenceReport
{
    /// <summary>Whether everything that was compared is within tolerance, and something was.</summary>
    public bool Passed => Tensors.Count > 0 && Tensors.All(tensor => tensor.Passed);

    /// <summary>One line for each tensor compared.</summary>
    public required IReadOnlyList<TensorComparison> Tensors { get; init; }

    /// <summary>Tensors of the file that were not compared, each with the reason.</summary>
    public required IReadOnlyList<(string Name, string Reason)> NotCompared { get; init; }
}
