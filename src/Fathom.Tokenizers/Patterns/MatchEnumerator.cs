using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>All matches of a pattern, left to right; an empty match right behind another is passed over.</summary>
internal ref struct MatchEnumerator(Pattern pattern, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _from;
    private int _lastEnd = -1;
    private int _start;
    private int _end;

    /// <summary>Start of the current match.</summary>
    public readonly int Start => _start;

    /// <summary>End of the current match.</summary>
    public readonly int End => _end;

    /// <summary>Goes to the next match.</summary>
    public bool MoveNext()
    {
        while (!_text.IsEmpty && _from <= _text.Length && pattern.TryFind(_text, _from, out _start, out _end))
        {
            if (_start == _end && _end == _lastEnd)
            {
                if (_from >= _text.Length)
                    return false;
                CodePoints.At(_text, _from, out var units);
                _from += units;
                continue;
            }

            _from = _end;
            _lastEnd = _end;
            return true;
        }

        return false;
    }
}
