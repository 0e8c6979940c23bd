namespace Fathom.Tokenizers.Text;

/// <summary>
/// A growing run of UTF-16 code units that remembers, when asked to, from which range of the source text each unit came.
/// </summary>
internal sealed class AlignedText
{
    private char[] _chars = new char[256];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>Number of code units held.</summary>
    public int Length { get; private set; }

    /// <summary>Whether source ranges are kept.</summary>
    public bool Tracked { get; private set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    /// <summary>The text, open for replacing single units by others of the same source.</summary>
    public Span<char> Mutable => _chars.AsSpan(0, Length);

    /// <summary>Empties the text and says whether source ranges are to be kept from now on.</summary>
    public void Reset(bool tracked)
    {
        Length = 0;
        Tracked = tracked;
        if (_chars.Length > 1 << 20)
        {
            _chars = new char[256];
            _starts = [];
            _ends = [];
        }
    }

    /// <summary>Source position where the unit at <paramref name="index"/> begins; 0 when untracked.</summary>
    public int StartOf(int index) => Tracked ? _starts[index] : 0;

    /// <summary>Source position behind the unit at <paramref name="index"/>; 0 when untracked.</summary>
    public int EndOf(int index) => Tracked ? _ends[index] : 0;

    /// <summary>Drops all units behind the first <paramref name="length"/>.</summary>
    public void CutTo(int length) => Length = length;

    /// <summary>Appends source text that begins at <paramref name="position"/> of the source; both halves of a surrogate pair stand for the pair.</summary>
    public void AppendSource(ReadOnlySpan<char> text, int position)
    {
        Reserve(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        if (Tracked)
        {
            for (var i = 0; i < text.Length; i++)
            {
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                _starts[Length + i] = position + i;
                _ends[Length + i] = position + i + (pair ? 2 : 1);
                if (pair)
                {
                    i++;
                    _starts[Length + i] = position + i - 1;
                    _ends[Length + i] = position + i + 1;
                }
            }
        }

        Length += text.Length;
    }

    /// <summary>Appends a range of another text with its source ranges.</summary>
    public void AppendRange(AlignedText other, int start, int length)
    {
        Reserve(length);
        other._chars.AsSpan(start, length).CopyTo(_chars.AsSpan(Length));
        if (Tracked)
        {
            other._starts.AsSpan(start, length).CopyTo(_starts.AsSpan(Length));
            other._ends.AsSpan(start, length).CopyTo(_ends.AsSpan(Length));
        }

        Length += length;
    }

    /// <summary>Appends one unit that stands for the source range given.</summary>
    public void Append(char unit, int start, int end)
    {
        Reserve(1);
        _chars[Length] = unit;
        if (Tracked)
        {
            _starts[Length] = start;
            _ends[Length] = end;
        }

        Length++;
    }

    /// <summary>Appends a code point that stands for the source range given.</summary>
    public void AppendCodePoint(int codePoint, int start, int end)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint, start, end);
            return;
        }

        Append((char)(0xD800 + ((codePoint - 0x10000) >> 10)), start, end);
        Append((char)(0xDC00 + ((codePoint - 0x10000) & 0x3FF)), start, end);
    }

    private void Reserve(int more)
    {
        var needed = checked(Length + more);
        if (needed > _chars.Length)
        {
            Array.Resize(ref _chars, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _chars.Length)));
        }

        if (Tracked && _starts.Length < _chars.Length)
        {
            Array.Resize(ref _starts, _chars.Length);
            Array.Resize(ref _ends, _chars.Length);
        }
    }
}
