using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Models;

/// <summary>The merging of long runs: candidates wait in a binary heap ordered by rank, then position.</summary>
internal static class BpeHeap
{
    /// <summary>As <see cref="BpeMerger.Merge"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Merge(MergeTable merges, Span<int> symbols, Span<int> lengths)
    {
        var count = symbols.Length;
        var next = new int[count];
        var previous = new int[count];
        var heap = new PriorityQueue<Candidate, long>(count);
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1 < count ? i + 1 : -1;
            previous[i] = i - 1;
            if (i + 1 < count)
                Offer(merges, heap, symbols, i, i + 1);
        }

        while (heap.TryDequeue(out var top, out _))
        {
            var right = next[top.Position];

            // A candidate is stale once either of its symbols has merged with another.
            if (right < 0 || symbols[top.Position] != top.Left || symbols[right] != top.Right)
                continue;

            symbols[top.Position] = top.Merged;
            symbols[right] = -1;
            if (!lengths.IsEmpty)
                lengths[top.Position] += lengths[right];
            var after = next[right];
            next[top.Position] = after;
            next[right] = -1;
            if (after >= 0)
            {
                previous[after] = top.Position;
                Offer(merges, heap, symbols, top.Position, after);
            }

            if (previous[top.Position] >= 0)
                Offer(merges, heap, symbols, previous[top.Position], top.Position);
        }

        var kept = 0;
        for (var i = 0; i >= 0; i = next[i])
        {
            symbols[kept] = symbols[i];
            if (!lengths.IsEmpty)
                lengths[kept] = lengths[i];
            kept++;
        }

        return kept;
    }

    private static void Offer(MergeTable merges, PriorityQueue<Candidate, long> heap, Span<int> symbols, int left, int right)
    {
        var rank = merges.Rank(symbols[left], symbols[right], out var merged);
        if (rank != int.MaxValue)
            heap.Enqueue(new Candidate(left, symbols[left], symbols[right], merged), ((long)rank << 32) | (uint)left);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Candidate(int Position, int Left, int Right, int Merged);
}
