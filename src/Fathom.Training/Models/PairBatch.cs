namespace Fathom.Training;

/// <summary>Pairs of texts that belong together.</summary>
/// <param name="Anchors">The first of each pair.</param>
/// <param name="Positives">The second of each, in the same order.</param>
public sealed record PairBatch(TokenBatch Anchors, TokenBatch Positives)
{
    /// <summary>How many pairs.</summary>
    public int Count => Anchors.Segments.Length;

    /// <summary>Joins pairs of sequences.</summary>
    /// <exception cref="FathomException">There is none, or a sequence is empty.</exception>
    public static PairBatch Of(IReadOnlyList<PairSample> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return new PairBatch(TokenBatch.Of([.. pairs.Select(pair => pair.Anchor)]), TokenBatch.Of([.. pairs.Select(pair => pair.Positive)]));
    }
}
