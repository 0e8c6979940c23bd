using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Models;

/// <summary>The merges of a byte-pair encoding: pair of symbols to rank and merged symbol, in an open-addressed table.</summary>
internal sealed class MergeTable
{
    private const ulong Free = ulong.MaxValue;
    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <summary>Creates a table for at most <paramref name="capacity"/> merges.</summary>
    public MergeTable(int capacity)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(capacity * 2)));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2(size);
        Array.Fill(_slots, new Slot { Key = Free });
    }

    /// <summary>Adds a merge; the same pair given again takes the later rank.</summary>
    public void Add(int left, int right, int rank, int merged)
    {
        var key = Key(left, right);
        ref var slot = ref Find(key);
        slot = new Slot { Key = key, Rank = rank, Merged = merged };
    }

    /// <summary>Rank of a pair, or <see cref="int.MaxValue"/> where it does not merge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(int left, int right, out int merged)
    {
        ref var slot = ref Find(Key(left, right));
        merged = slot.Merged;
        return slot.Key == Free ? int.MaxValue : slot.Rank;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot Find(ulong key)
    {
        var slots = _slots;
        var index = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (true)
        {
            ref var slot = ref slots[index];
            if (slot.Key == key || slot.Key == Free)
                return ref slot;
            index = (index + 1) & (slots.Length - 1);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        public ulong Key;
        public int Rank;
        public int Merged;
    }
}
