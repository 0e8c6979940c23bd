using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// Sequences laid end to end, without padding: rows of one matrix, each with its position and the token to predict from it.
/// Packed, padded and single sequences all come to this form, which is why their losses agree.
/// <para>
/// Where sequences begin with the same tokens (a prompt's template), these may be held once for all: what a causal model makes of
/// them is the same in every sequence, so they are computed once a batch and their gradients add up.
/// </para>
/// </summary>
public sealed class TokenBatch
{
    private TokenBatch(int[] ids, int[] targets, RowSegment[] segments, int shared) => (Ids, Targets, Segments, Shared) = (ids, targets, segments, shared);

    /// <summary>Token ids of all rows.</summary>
    public int[] Ids { get; }

    /// <summary>For each row the next token of its sequence, or -1 where it is none or is masked.</summary>
    public int[] Targets { get; }

    /// <summary>The sequences as if each had all its tokens to itself; positions start at 0 in each. The rows themselves where nothing is shared, else see <see cref="RowOf"/>.</summary>
    public RowSegment[] Segments { get; }

    /// <summary>How many first tokens all sequences share: the first rows, held once. 0: none.</summary>
    public int Shared { get; }

    /// <summary>Number of rows that have a target.</summary>
    public int TargetCount => Targets.Count(target => target >= 0);

    /// <summary>The length dynamic rope makes the angles of every sequence for, as the reference does with padded rows; default: each sequence's own.</summary>
    internal int? RopeLength { get; set; }

    /// <summary>Joins sequences.</summary>
    /// <param name="sequences">Token ids of each, at least one token long.</param>
    /// <param name="learnFrom">For each sequence the index of the first token that is a target (the answer's first); default: the second token.</param>
    /// <param name="share">Whether to hold the tokens that all sequences begin with once, as far as no target is predicted from them.</param>
    /// <exception cref="FathomException">A sequence is empty, or there is none.</exception>
    public static TokenBatch Of(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? learnFrom = null, bool share = false)
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

        var shared = share && sequences.Count > 1 ? SharedBy(sequences, learnFrom) : 0;
        var batch = new TokenBatch([.. sequences[0].Take(shared), .. sequences.SelectMany(ids => ids.Skip(shared))], new int[start - (segments.Length - 1) * shared], segments, shared);
        Array.Fill(batch.Targets, -1);
        for (var s = 0; s < segments.Length; s++)
        {
            for (var t = Math.Max(1, learnFrom?[s] ?? 1); t < sequences[s].Length; t++) batch.Targets[batch.RowOf(s, t - 1)] = sequences[s][t];
        }

        return batch;
    }

    /// <summary>The row that holds a sequence's token.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="position">The token's position in it.</param>
    public int RowOf(int sequence, int position) => position < Shared ? position : Segments[sequence].Start - sequence * Shared + position;

    /// <summary>The same sequences side by side: for every token of every sequence the row that holds it.</summary>
    internal int[] SideBySide() => [.. Segments.SelectMany((segment, s) => Enumerable.Range(0, segment.Length).Select(t => RowOf(s, t)))];

    /// <summary>The same batch with nothing shared.</summary>
    internal TokenBatch Apart()
    {
        var targets = new int[Segments.Sum(segment => segment.Length)];
        Array.Fill(targets, -1);
        foreach (var (row, place) in Places().Index()) targets[place] = Targets[row];
        return new TokenBatch([.. SideBySide().Select(row => Ids[row])], targets, Segments, 0) { RopeLength = RopeLength };
    }

    /// <summary>For every row its place among the sequences side by side; a shared row's is in the first sequence.</summary>
    internal int[] Places()
    {
        var places = new int[Ids.Length];
        for (var s = Segments.Length - 1; s >= 0; s--)
        {
            for (var t = 0; t < Segments[s].Length; t++) places[RowOf(s, t)] = Segments[s].Start + t;
        }

        return places;
    }

    // A row from which something is predicted belongs to one sequence, and each needs a row of its own.
    private static int SharedBy(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? learnFrom)
    {
        var shared = sequences.Select((ids, s) => Math.Min(ids.Length, Math.Max(1, learnFrom?[s] ?? 1)) - 1).Min();
        foreach (var ids in sequences) shared = Math.Min(shared, ids.AsSpan().CommonPrefixLength(sequences[0]));
        return shared;
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
