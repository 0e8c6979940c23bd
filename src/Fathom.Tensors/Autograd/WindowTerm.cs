namespace Fathom.Tensors.Autograd;

/// <summary>Keys further than some positions from the query, to either side, are not seen.</summary>
/// <param name="reach">How far a query sees to each side.</param>
public sealed class WindowTerm(int reach) : IScoreTerm
{
    // Its exponential is 0 beside any score, and sums with it stay finite.
    private const float Unseen = -1e30f;

    /// <inheritdoc/>
    public bool NeedsGradient => false;

    /// <inheritdoc/>
    public void Add(Tape tape, RowSegment segment, int head, Span<float> scores)
    {
        var rows = segment.Length;
        for (var i = 0; i < rows; i++)
        {
            var row = scores.Slice(i * rows, rows);
            if (i > reach) row[..(i - reach)].Fill(Unseen);
            if (rows - 1 - i > reach) row[(i + reach + 1)..].Fill(Unseen);
        }
    }

    /// <inheritdoc/>
    public void AddGradient(Tape tape, RowSegment segment, int head, ReadOnlySpan<float> gradient)
    {
    }
}
