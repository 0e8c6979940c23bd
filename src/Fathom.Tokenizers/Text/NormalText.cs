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

    /// <summary>
    /// Rewrites the whole text: each result replaces a character (change 0), was put in (change above 0) or swallows the next
    /// n (change -n), and gets its source accordingly.
    /// </summary>
    /// <param name="results">Code points and changes.</param>
    /// <param name="removedFirst">Number of characters dropped at the very start.</param>
    public void Transform(List<(int CodePoint, int Change)> results, int removedFirst)
    {
        var at = Skip(0, removedFirst);
        foreach (var (codePoint, change) in results)
        {
            if (change > 0)
            {
                _next.AppendCodePoint(codePoint, at > 0 ? _current.StartOf(at - 1) : Origin, at > 0 ? _current.EndOf(at - 1) : Origin);
                continue;
            }

            // The reference counts badly where a mark between two that compose stays behind; it never runs off the end, and neither do we.
            var from = Math.Min(at, _current.Length - 1);
            _next.AppendCodePoint(codePoint, _current.StartOf(from), _current.EndOf(from));
            at = Skip(at, 1 - change);
        }

        Commit();
    }

    private int Skip(int at, int characters)
    {
        for (; characters > 0 && at < _current.Length; characters--)
        {
            CodePoints.At(_current.Chars, at, out var units);
            at += units;
        }

        return at;
    }
}
