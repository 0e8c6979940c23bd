namespace Fathom.Tokenizers.Text;

/// <summary>One stretch of text while normalizers rewrite it: each reads <see cref="Current"/>, writes <see cref="Next"/> and commits.</summary>
internal sealed class NormalText
{
    private AlignedText _current = new();
    private AlignedText _next = new();

    /// <summary>The text as it stands.</summary>
    public AlignedText Current => _current;

    /// <summary>The text being written.</summary>
    public AlignedText Next => _next;

    /// <summary>Source position where the stretch begins.</summary>
    public int Origin { get; private set; }

    /// <summary>Starts with a range of source text.</summary>
    public void Reset(AlignedText source, int start, int length)
    {
        _current.Reset(source.Tracked);
        _next.Reset(source.Tracked);
        _current.AppendRange(source, start, length);
        Origin = length > 0 ? source.StartOf(start) : 0;
    }

    /// <summary>Starts with a text of its own.</summary>
    public void Reset(ReadOnlySpan<char> text, bool tracked)
    {
        _current.Reset(tracked);
        _next.Reset(tracked);
        _current.AppendSource(text, 0);
        Origin = 0;
    }

    /// <summary>Makes the text written the current one.</summary>
    public void Commit()
    {
        (_current, _next) = (_next, _current);
        _next.Reset(_current.Tracked);
    }

    /// <summary>Writes a character that was not in the text: it shares the source of the current text's unit before <paramref name="index"/>.</summary>
    public void WriteInserted(int codePoint, int index)
    {
        if (index > 0)
            _next.AppendCodePoint(codePoint, _current.StartOf(index - 1), _current.EndOf(index - 1));
        else
            _next.AppendCodePoint(codePoint, Origin, Origin);
    }

    /// <summary>Writes a character in place of the current text's unit at <paramref name="index"/>.</summary>
    public void WriteReplaced(int codePoint, int index) =>
        _next.AppendCodePoint(codePoint, _current.StartOf(index), _current.EndOf(index));
}
