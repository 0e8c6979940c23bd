using System.Runtime.CompilerServices;

namespace Fathom.Tokenizers.Models;

/// <summary>
/// Remembers the tokens of words seen: a fixed number of places, two for each hash, the newer word replacing the older. Readers and writers
/// need no lock, since entries never change once they are published.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not kept.</summary>
    public const int LongestWord = 48;

    private const int Places = 1 << 15;
    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The tokens of a word, if remembered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryGet(ReadOnlySpan<char> word, uint hash, out ReadOnlySpan<int> ids)
    {
        var place = hash & (Places - 1);
        var entry = Volatile.Read(ref _entries[place]);
        if (entry is null || !word.SequenceEqual(entry.Word))
        {
            entry = Volatile.Read(ref _entries[place ^ 1]);
            if (entry is null || !word.SequenceEqual(entry.Word))
            {
                ids = default;
                return false;
            }
        }

        ids = entry.Ids;
        return true;
    }

    /// <summary>Remembers a word.</summary>
    public void Add(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids)
    {
        var place = hash & (Places - 1);
        var entry = new Entry(word.ToArray(), ids.ToArray());
        var old = Volatile.Read(ref _entries[place]);
        if (old is not null)
            Volatile.Write(ref _entries[place ^ 1], old);
        Volatile.Write(ref _entries[place], entry);
    }

    /// <summary>Hash of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ReadOnlySpan<char> word)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)word.Length * Multiplier;
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(word);
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BitConverter.ToUInt64(bytes)) * Multiplier;
            hash ^= hash >> 32;
            bytes = bytes[8..];
        }

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i += 2)
            rest = (rest << 16) | bytes[i] | ((ulong)bytes[i + 1] << 8);
        hash = (hash ^ rest) * Multiplier;
        return (uint)(hash >> 40);
    }

    private sealed record Entry(char[] Word, int[] Ids);
}
