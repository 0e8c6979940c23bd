using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>Gathers the strings and ids of a vocabulary; a string given twice keeps the last id.</summary>
internal sealed class VocabularyBuilder
{
    private readonly string _source;
    private byte[] _text;
    private int[] _starts;
    private int[] _ids;
    private int _length;
    private int _count;

    /// <summary>Creates a builder.</summary>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="expected">About how many strings will come; only a hint, capped.</param>
    public VocabularyBuilder(string source, int expected = 1024)
    {
        _source = source;
        expected = Math.Clamp(expected, 16, 1 << 20);
        _text = new byte[expected * 8];
        _starts = new int[expected + 1];
        _ids = new int[expected];
    }

    /// <summary>Number of strings added so far.</summary>
    public int Count => _count;

    /// <summary>Adds a string.</summary>
    public void Add(ReadOnlySpan<byte> utf8, long id)
    {
        if (id is < 0 or >= int.MaxValue)
            throw new FathomException($"{_source}: token '{Encoding.UTF8.GetString(utf8)}' has the id {id}; ids run from 0 to {int.MaxValue - 1}. Mend the vocabulary.");
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, checked(_ids.Length * 2));
            Array.Resize(ref _starts, _ids.Length + 1);
        }

        utf8.CopyTo(Reserve(utf8.Length));
        _starts[_count] = _length;
        _length += utf8.Length;
        _ids[_count++] = (int)id;
        _starts[_count] = _length;
    }

    /// <summary>Adds a string.</summary>
    public void Add(string text, long id)
    {
        Span<byte> small = stackalloc byte[768];
        var bytes = text.Length * 3 <= small.Length ? small : new byte[text.Length * 3];
        Add(bytes[..Encoding.UTF8.GetBytes(text, bytes)], id);
    }

    /// <summary>Makes the vocabulary; ids far above the number of strings are refused, since memory is taken per id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vocabulary Build()
    {
        var limit = 0;
        for (var i = 0; i < _count; i++)
            limit = Math.Max(limit, _ids[i] + 1);
        if (limit > 4L * _count + (1 << 16))
            throw new FathomException($"{_source}: the largest token id is {limit - 1} although there are only {_count} tokens; expected ids without such gaps. Mend the vocabulary.");

        var slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, _count * 2))];
        var mask = slots.Length - 1;
        var ids = _ids;
        var text = _text;
        for (var entry = 0; entry < _count; entry++)
        {
            var bytes = text.AsSpan(_starts[entry], _starts[entry + 1] - _starts[entry]);
            var slot = (int)Vocabulary.Hash(bytes) & mask;
            while (slots[slot] != 0)
            {
                var other = slots[slot] - 1;
                if (text.AsSpan(_starts[other], _starts[other + 1] - _starts[other]).SequenceEqual(bytes))
                {
                    ids[other] = ids[entry];
                    break;
                }

                slot = (slot + 1) & mask;
            }

            if (slots[slot] == 0)
                slots[slot] = entry + 1;
        }

        // Later entries with the same id give way to none: an id names the last string that claims it.
        var entryOfId = new int[limit];
        Array.Fill(entryOfId, -1);
        for (var entry = 0; entry < _count; entry++)
            entryOfId[ids[entry]] = entry;
        return new Vocabulary(text, _starts[..(_count + 1)], ids[.._count], entryOfId, slots);
    }

    private Span<byte> Reserve(int more)
    {
        var needed = checked(_length + more);
        if (needed > _text.Length)
            Array.Resize(ref _text, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _text.Length)));
        return _text.AsSpan(_length, more);
    }
}
