using System.Runtime.CompilerServices;

namespace Fathom.Tokenizers.Models;

/// <summary>
/// Applies merges to a run of symbols: always the pair of lowest rank, the leftmost among equals, until none is left.
/// Short runs are scanned again after each merge; long ones use a linked list and a heap, so their time is n log n.
/// </summary>
internal static class BpeMerger
{
    private const int ScanLimit = 96;

    /// <summary>Merges in place.</summary>
    /// <param name="merges">The merges.</param>
    /// <param name="symbols">Symbol ids; on return the first of them are the result.</param>
    /// <param name="lengths">Length of each symbol in the caller's units, added up as symbols merge; or empty.</param>
    /// <returns>Number of symbols left.</returns>
    public static int Merge(MergeTable merges, Span<int> symbols, Span<int> lengths)
    {
        if (symbols.Length < 2)
            return symbols.Length;
        return symbols.Length <= ScanLimit ? MergeShort(merges, symbols, lengths) : BpeHeap.Merge(merges, symbols, lengths);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int MergeShort(MergeTable merges, Span<int> symbols, Span<int> lengths)
    {
        var count = symbols.Length;
        Span<int> ranks = stackalloc int[ScanLimit];
        Span<int> merged = stackalloc int[ScanLimit];
        for (var i = 0; i + 1 < count; i++)
            ranks[i] = merges.Rank(symbols[i], symbols[i + 1], out merged[i]);

        while (count > 1)
        {
            var best = int.MaxValue;
            var at = -1;
            for (var i = 0; i < count - 1; i++)
            {
                if (ranks[i] < best)
                {
                    best = ranks[i];
                    at = i;
                }
            }

            if (at < 0)
                break;

            symbols[at] = merged[at];
            symbols[(at + 2)..count].CopyTo(symbols[(at + 1)..]);
            if (!lengths.IsEmpty)
            {
                lengths[at] += lengths[at + 1];
                lengths[(at + 2)..count].CopyTo(lengths[(at + 1)..]);
            }

            count--;
            if (at + 1 < count)
            {
                ranks[(at + 2)..count].CopyTo(ranks[(at + 1)..]);
                merged[(at + 2)..count].CopyTo(merged[(at + 1)..]);
                ranks[at] = merges.Rank(symbols[at], symbols[at + 1], out merged[at]);
            }

            if (at > 0)
                ranks[at - 1] = merges.Rank(symbols[at - 1], symbols[at], out merged[at - 1]);
        }

        return count;
    }
}
