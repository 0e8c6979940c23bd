using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// Sequences laid end to end, without padding: rows of one matrix, each with its position and the token to predict from it.
/// Packed, padded and single sequences all come to this form, which is why their losses agree.
/// </summary>
public sealed class TokenBatch
{
    private TokenBatch(int[] ids, int[] targets, RowSegment[] segments) => (Ids, Targets, Segments) = (ids, targets, segments);

    /// <summary>Token ids of all rows.</summary>
    public int[] Ids { get; }

    /// <summary>For each row the next token of its sequence, or -1 where it is none or is masked.</summary>
    public int[] Targets { get; }

    /// <summary>The sequences; positions start at 0 in each.</summary>
    public RowSegment[] Segments { get; }

    /// <summary>Number of rows that have a target.</summary>
    public int TargetCount => Targets.Count(target => target >= 0);

    /// <summary>The length dynamic rope makes the angles of every sequence for, as the reference does with padded rows; default: each sequence's own.</summary>
    internal int? RopeLength { get; set; }

    /// <summary>Joins sequences.</summary>
    /// <param name="sequences">Token ids of each, at least one token long.</param>
    /// <param name="learnFrom">For each sequence the index of the first token that is a target (the answer's first); default: the second token.</param>
    /// <exception cref="FathomException">A sequence is empty, or there is none.</exception>
    public static TokenBatch Of(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? learnFrom = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0) throw new FathomException("a batch needs at least one sequence");
        var segments = new RowSegment[sequences.Count];
        var start = 0;
        for (var s = 0; s < segments.Length; s++)
        {
            if (sequences[s].Length == 0) throw new FathomException($"sequence {s} of the batch is empty");
            segments[s] = new RowSegment(start, sequences[s].Length);
            start = checked(start + sequences[s].Length);
        }

        var targets = new int[start];
        Array.Fill(targets, -1);
        for (var s = 0; s < segments.Length; s++)
        {
            for (var t = Math.Max(1, learnFrom?[s] ?? 1); t < sequences[s].Length; t++) targets[segments[s].Start + t - 1] = sequences[s][t];
        }

        return new TokenBatch([.. sequences.SelectMany(ids => ids)], targets, segments);
    }

    /// <summary>Takes the real tokens out of rows padded on either side.</summary>
    /// <param name="ids">Token ids <c>[rows, length]</c>, row-major.</param>
    /// <param name="mask">1 at real tokens, which lie side by side; 0 at padding.</param>
    /// <param name="length">Tokens in a row.</param>
    public static TokenBatch FromPadded(int[] ids, int[] mask, int length)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (ids.Length % length != 0 || mask.Length != ids.Length) throw new ArgumentException("ids and mask must be whole rows", nameof(mask));
        var rows = Enumerable.Range(0, ids.Length / length);
        return Of([.. rows.Select(row => Enumerable.Range(row * length, length).Where(at => mask[at] != 0).Select(at => ids[at]).ToArray())]);
    }
}
