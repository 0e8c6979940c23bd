using System.Runtime.CompilerServices;
using System.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>
/// The strings of a model and their ids: one block of UTF-8, an index by id and a hash table by text. Immutable, made by
/// <see cref="VocabularyBuilder"/>.
/// </summary>
internal sealed class Vocabulary
{
    private readonly byte[] _text;
    private readonly int[] _starts;
    private readonly int[] _ids;
    private readonly int[] _entryOfId;
    private readonly int[] _slots;

    internal Vocabulary(byte[] text, int[] starts, int[] ids, int[] entryOfId, int[] slots)
    {
        _text = text;
        _starts = starts;
        _ids = ids;
        _entryOfId = entryOfId;
        _slots = slots;
        for (var entry = 0; entry < ids.Length; entry++)
            LongestToken = Math.Max(LongestToken, starts[entry + 1] - starts[entry]);
    }

    /// <summary>Number of different strings.</summary>
    public int Count => _ids.Length;

    /// <summary>One more than the largest id.</summary>
    public int IdLimit => _entryOfId.Length;

    /// <summary>Length in bytes of the longest string.</summary>
    public int LongestToken { get; }

    /// <summary>Whether an id is in use.</summary>
    public bool Contains(int id) => (uint)id < (uint)_entryOfId.Length && _entryOfId[id] >= 0;

    /// <summary>The UTF-8 bytes of a token; empty where the id is not in use.</summary>
    public ReadOnlySpan<byte> Bytes(int id)
    {
        if (!Contains(id))
            return default;
        var entry = _entryOfId[id];
        return _text.AsSpan(_starts[entry], _starts[entry + 1] - _starts[entry]);
    }

    /// <summary>The string of a token, or <see langword="null"/> where the id is not in use.</summary>
    public string? Token(int id) => Contains(id) ? Encoding.UTF8.GetString(Bytes(id)) : null;

    /// <summary>The id of a string given as UTF-8, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestToken)
            return -1;
        var mask = _slots.Length - 1;
        for (var slot = (int)Hash(utf8) & mask; ; slot = (slot + 1) & mask)
        {
            var entry = _slots[slot] - 1;
            if (entry < 0)
                return -1;
            if (_text.AsSpan(_starts[entry], _starts[entry + 1] - _starts[entry]).SequenceEqual(utf8))
                return _ids[entry];
        }
    }

    /// <summary>The id of a string, or -1; a text with a lone surrogate is in no vocabulary.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestToken)
            return -1;
        Span<byte> small = stackalloc byte[512];
        var bytes = text.Length * 3 <= small.Length ? small : new byte[text.Length * 3];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var written) ? Find(bytes[..written]) : -1;
    }

    /// <summary>A well-mixed hash of a byte string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)bytes.Length * Multiplier;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BitConverter.ToUInt64(bytes)) * Multiplier;
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i++)
            rest |= (ulong)bytes[i] << (8 * i);
        hash = (hash ^ rest) * Multiplier;
        return (uint)(hash >> 32) ^ (uint)(hash >> 15);
    }
}
