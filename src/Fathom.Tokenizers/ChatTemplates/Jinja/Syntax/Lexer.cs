namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// Cuts a template into tokens, one at a time (so that an error of the grammar comes before a wrong character behind it),
/// with <c>trim_blocks</c> and <c>lstrip_blocks</c> on and the last line break dropped, as chat templates are read.
/// </summary>
internal sealed partial class Lexer
{
    private readonly string _source;
    private readonly Stack<char> _brackets = new();
    private readonly Queue<Token> _pending = new();
    private int _position;
    private int _line = 1;
    private bool _lineStarting = true;
    private TokenKind? _inside;

    public Lexer(string source) => _source = Normalize(source);

    /// <summary>The template with line breaks as they are counted.</summary>
    public string Source => _source;

    public Token Next()
    {
        while (true)
        {
            if (_pending.TryDequeue(out var token)) return token;
            if (_inside is null)
            {
                if (_position >= _source.Length) return new Token(TokenKind.EndOfTemplate, "", _line);
                ReadText();
            }
            else if (ReadTagToken(out var found))
            {
                return found;
            }
        }
    }

    private static string Normalize(string source)
    {
        if (source.Contains('\r')) source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return source.EndsWith('\n') ? source[..^1] : source;
    }

    /// <summary>Reads data up to the next tag, and the tag's beginning; comments and raw blocks whole.</summary>
    private void ReadText()
    {
        var start = FindTag(_position);
        if (start < 0)
        {
            Enqueue(TokenKind.Data, _source[_position..], _line);
            _line += CountLines(_source.AsSpan(_position));
            _position = _source.Length;
            return;
        }

        var kind = _source[start + 1];
        var after = start + 2;
        var sign = after < _source.Length && _source[after] is '-' or '+' ? _source[after] : '\0';
        if (after >= _source.Length) sign = '\0';
        if (sign != '\0') after++;
        var text = _source.AsSpan(_position, start - _position);
        var data = StripBefore(text, sign, kind);
        Enqueue(TokenKind.Data, data.ToString(), _line);
        _line += CountLines(text);
        var rawEnd = kind == '%' ? MatchRawBegin(after) : -1;
        var next = rawEnd >= 0 ? rawEnd : after;
        _lineStarting = _source[next - 1] == '\n';
        var lineOfTag = _line;
        _line += CountLines(_source.AsSpan(start, next - start));
        _position = next;
        if (rawEnd >= 0) ReadRaw();
        else if (kind == '#') SkipComment();
        else if (kind == '%') Open(TokenKind.BlockBegin, TokenKind.BlockEnd, lineOfTag, start);
        else Open(TokenKind.VariableBegin, TokenKind.VariableEnd, lineOfTag, start);
    }

    private void Open(TokenKind begin, TokenKind end, int line, int start)
    {
        _pending.Enqueue(new Token(begin, "", line, Position: start));
        _inside = end;
    }

    private int FindTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#') return i;
        }

        return -1;
    }

    private ReadOnlySpan<char> StripBefore(ReadOnlySpan<char> text, char sign, char kind)
    {
        if (sign == '-') return PythonText.TrimEnd(text);
        if (sign == '+' || kind == '{') return text;
        var line = text.LastIndexOf('\n') + 1;
        if (line == 0 && !_lineStarting) return text;
        return line < text.Length && PythonText.IsBlank(text[line..]) ? text[..line] : text;
    }

    private int MatchRawBegin(int at)
    {
        at = SkipSpace(at);
        if (!_source.AsSpan(at).StartsWith("raw", StringComparison.Ordinal)) return -1;
        at = SkipSpace(at + 3);
        if (_source.AsSpan(at).StartsWith("-%}", StringComparison.Ordinal)) return SkipSpace(at + 3);
        return _source.AsSpan(at).StartsWith("%}", StringComparison.Ordinal) ? at + 2 : -1;
    }

    private void ReadRaw()
    {
        if (_position >= _source.Length) return;
        for (var i = _source.IndexOf("{%", _position, StringComparison.Ordinal); i >= 0; i = _source.IndexOf("{%", i + 1, StringComparison.Ordinal))
        {
            var at = i + 2;
            var sign = at < _source.Length && _source[at] is '-' or '+' ? _source[at] : '\0';
            if (at >= _source.Length) break;
            at = SkipSpace(sign == '\0' ? at : at + 1);
            if (!_source.AsSpan(at).StartsWith("endraw", StringComparison.Ordinal)) continue;
            var end = MatchBlockEnd(SkipSpace(at + 6));
            if (end < 0) continue;
            var text = _source.AsSpan(_position, i - _position);
            Enqueue(TokenKind.Data, StripBefore(text, sign, '%').ToString(), _line);
            FinishMatch(end);
            return;
        }

        throw Errors.Syntax("Missing end of raw directive", _line);
    }

    private void SkipComment()
    {
        if (_position >= _source.Length) return;
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0) throw Errors.Syntax("Missing end of comment tag", _line);
        var next = end + 2;
        if (end > _position && _source[end - 1] == '-') next = SkipSpace(next);
        else if (!(end > _position && _source[end - 1] == '+') && next < _source.Length && _source[next] == '\n') next++;
        FinishMatch(next);
    }

    private void FinishMatch(int next)
    {
        _line += CountLines(_source.AsSpan(_position, next - _position));
        _lineStarting = _source[next - 1] == '\n';
        _position = next;
    }

    /// <summary>End of a block tag with its white space control, or -1.</summary>
    private int MatchBlockEnd(int at)
    {
        var rest = _source.AsSpan(at);
        if (rest.StartsWith("+%}", StringComparison.Ordinal)) return at + 3;
        if (rest.StartsWith("-%}", StringComparison.Ordinal)) return SkipSpace(at + 3);
        if (!rest.StartsWith("%}", StringComparison.Ordinal)) return -1;
        return rest.Length > 2 && rest[2] == '\n' ? at + 3 : at + 2;
    }

    private int MatchVariableEnd(int at)
    {
        var rest = _source.AsSpan(at);
        if (rest.StartsWith("-}}", StringComparison.Ordinal)) return SkipSpace(at + 3);
        return rest.StartsWith("}}", StringComparison.Ordinal) ? at + 2 : -1;
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PythonText.IsSpace(_source[at])) at++;
        return at;
    }

    private void Enqueue(TokenKind kind, string text, int line)
    {
        if (text.Length > 0) _pending.Enqueue(new Token(kind, text, line));
    }

    private static int CountLines(ReadOnlySpan<char> text) => text.Count('\n');

    /// <summary>Where a UTF-16 position lies in code points, for messages.</summary>
    private int CodePointIndex(int position)
    {
        var count = 0;
        foreach (var _ in _source.AsSpan(0, position).EnumerateRunes()) count++;
        return count;
    }
}
