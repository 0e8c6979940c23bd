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

    /// <summary>This report and what was compared elsewhere: a tensor that either compared counts as compared.</summary>
    /// <param name="more">The other; its reasons for leaving a tensor out go before this one's.</param>
    public ReferenceReport With(ReferenceReport more)
    {
        ArgumentNullException.ThrowIfNull(more);
        var ours = Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<TensorComparison> tensors = [.. Tensors, .. more.Tensors.Where(tensor => !ours.Contains(tensor.Name))];
        var done = tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return new ReferenceReport { Tensors = tensors, NotCompared = [.. more.NotCompared.Concat(NotCompared).Where(left => done.Add(left.Name))] };
    }
}
