using System.Buffers;
using System.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>Text being decoded, in an array of the pool. To be returned by <see cref="Dispose"/>.</summary>
internal ref struct TextBuffer
{
    private char[] _chars;
    private int _length;

    /// <summary>Takes an array.</summary>
    /// <param name="expected">About how many UTF-16 code units will come.</param>
    public TextBuffer(long expected) => _chars = ArrayPool<char>.Shared.Rent((int)Math.Clamp(expected, 64, Array.MaxLength));

    /// <summary>The text so far.</summary>
    public readonly ReadOnlySpan<char> Text => _chars.AsSpan(0, _length);

    /// <summary>Adds text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _chars.Length - _length)
            Grow(text.Length);
        text.CopyTo(_chars.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Puts another text in its place.</summary>
    public void Replace(string text)
    {
        _length = 0;
        Append(text);
    }

    /// <summary>Adds the text of UTF-8; invalid bytes become U+FFFD as .NET and the WHATWG count them.</summary>
    public void AppendUtf8(ReadOnlySpan<byte> bytes)
    {
        var count = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (count > _chars.Length - _length)
            Grow(count);
        _length += Encoding.UTF8.GetChars(bytes, _chars.AsSpan(_length));
    }

    /// <summary>Adds the text of a run of byte tokens: where it is no valid UTF-8, a U+FFFD for each byte.</summary>
    public void AppendRun(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            AppendUtf8(bytes);
            return;
        }

        if (bytes.Length > _chars.Length - _length)
            Grow(bytes.Length);
        _chars.AsSpan(_length, bytes.Length).Fill('\uFFFD');
        _length += bytes.Length;
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_chars);
        _chars = [];
        _length = 0;
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(checked((long)_length + more), 2L * _chars.Length)));
        Text.CopyTo(larger);
        ArrayPool<char>.Shared.Return(_chars);
        _chars = larger;
    }
}
