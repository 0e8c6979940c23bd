using System.Globalization;
using System.Numerics;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Lexer
{
    private static readonly string[] Operators = ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    /// <summary>One token within a tag; false when only white space was passed.</summary>
    private bool ReadTagToken(out Token token)
    {
        token = default;
        if (_position >= _source.Length)
        {
            token = new Token(TokenKind.EndOfTemplate, "", _line);
            return true;
        }

        if (_brackets.Count == 0)
        {
            var end = _inside == TokenKind.BlockEnd ? MatchBlockEnd(_position) : MatchVariableEnd(_position);
            if (end >= 0)
            {
                token = new Token(_inside!.Value, "", _line);
                _inside = null;
                FinishMatch(end);
                return true;
            }
        }

        var c = _source[_position];
        if (PythonText.IsSpace(c))
        {
            FinishMatch(SkipSpace(_position));
            return false;
        }

        if (char.IsAsciiDigit(c)) token = ReadNumber();
        else if (IsNamePart(_position, out _)) token = ReadName();
        else if (c is '\'' or '"') token = ReadString(c);
        else token = ReadOperator();
        return true;
    }

    private bool IsNamePart(int at, out Rune rune)
    {
        if (!Rune.TryGetRuneAt(_source, at, out rune)) return false;
        return rune.Value == '_' || Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNumber or UnicodeCategory.LetterNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
    }

    private Token ReadName()
    {
        var end = _position;
        while (end < _source.Length && IsNamePart(end, out var rune))
        {
            var category = Rune.GetUnicodeCategory(rune);
            var starts = rune.Value == '_' || Rune.IsLetter(rune) || category == UnicodeCategory.LetterNumber;
            if (category == UnicodeCategory.OtherNumber || (end == _position && !starts)) throw Errors.Syntax("Invalid character in identifier", _line);
            end += rune.Utf16SequenceLength;
        }

        return Take(TokenKind.Name, end, _source[_position..end]);
    }

    private Token ReadOperator()
    {
        foreach (var symbol in Operators)
        {
            if (!_source.AsSpan(_position).StartsWith(symbol, StringComparison.Ordinal)) continue;
            Balance(symbol);
            return Take(TokenKind.Operator, _position + symbol.Length, symbol);
        }

        throw UnexpectedCharacter();
    }

    private void Balance(string symbol)
    {
        switch (symbol)
        {
            case "(": _brackets.Push(')'); break;
            case "[": _brackets.Push(']'); break;
            case "{": _brackets.Push('}'); break;
            case ")" or "]" or "}":
                if (!_brackets.TryPop(out var expected)) throw Errors.Syntax($"unexpected '{symbol}'", _line);
                if (expected != symbol[0]) throw Errors.Syntax($"unexpected '{symbol}', expected '{expected}'", _line);
                break;
            default: break;
        }
    }

    private TemplateException UnexpectedCharacter()
    {
        var text = Rune.TryGetRuneAt(_source, _position, out var rune) ? rune.ToString() : "\ufffd";
        return Errors.Syntax($"unexpected char {PythonText.Repr(text)} at {CodePointIndex(_position)}", _line);
    }

    private Token Take(TokenKind kind, int end, string text)
    {
        var token = new Token(kind, text, _line);
        FinishMatch(end);
        return token;
    }

    private Token ReadNumber()
    {
        var line = _line;
        // A number behind a dot is an index ("items.0.5" is no fraction).
        var afterDot = _position > 0 && _source[_position - 1] == '.';
        var end = afterDot ? -1 : MatchFloat(_position);
        if (end >= 0)
        {
            var value = double.Parse(_source[_position..end].Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
            FinishMatch(end);
            return new Token(TokenKind.Float, "", line, default, value);
        }

        var (stop, number) = MatchInteger(_position);
        FinishMatch(stop);
        return new Token(TokenKind.Integer, "", line, number);
    }

    private int MatchFloat(int at)
    {
        var digits = Digits(at);
        var fraction = digits < _source.Length && _source[digits] == '.' ? Digits(digits + 1) : -1;
        var exponentAt = fraction > digits + 1 ? fraction : digits;
        if (exponentAt < _source.Length && _source[exponentAt] is 'e' or 'E' && exponentAt < _source.Length)
        {
            var from = exponentAt + 1;
            if (from < _source.Length && _source[from] is '+' or '-' && from < _source.Length) from++;
            var exponent = Digits(from);
            if (exponent > from) return exponent;
        }

        return fraction > digits + 1 ? fraction : -1;
    }

    /// <summary>End of digits with single underscores between them; the start itself when there is none.</summary>
    private int Digits(int at, Func<char, bool>? accepts = null)
    {
        accepts ??= char.IsAsciiDigit;
        var end = at;
        while (end < _source.Length && (accepts(_source[end]) || (_source[end] == '_' && end > at && end + 1 < _source.Length && accepts(_source[end + 1])))) end++;
        return end;
    }

    private (int End, BigInteger Value) MatchInteger(int at)
    {
        if (_source[at] == '0')
        {
            var kind = at + 1 < _source.Length ? char.ToLowerInvariant(_source[at + 1]) : '\0';
            var numberBase = kind switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 0 };
            if (numberBase > 0)
            {
                bool Accepts(char c) => numberBase == 16 ? char.IsAsciiHexDigit(c) : c >= '0' && c < '0' + numberBase;
                var from = at + 2 < _source.Length && _source[at + 2] == '_' ? at + 3 : at + 2;
                var stop = Digits(from, Accepts);
                if (stop > from) return (stop, Accumulate(from, stop, numberBase));
            }

            return (Digits(at, static c => c == '0'), BigInteger.Zero);
        }

        var end = Digits(at);
        if (end - at > PythonNumbers.MaxDigits) throw Errors.Syntax($"integer of more than {PythonNumbers.MaxDigits} digits", _line);
        return (end, BigInteger.Parse(_source[at..end].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
    }

    private BigInteger Accumulate(int from, int end, int numberBase)
    {
        if (end - from > PythonNumbers.MaxDigits) throw Errors.Syntax($"integer of more than {PythonNumbers.MaxDigits} digits", _line);
        var value = BigInteger.Zero;
        foreach (var c in _source.AsSpan(from, end - from))
        {
            if (c != '_') value = (value * numberBase) + Convert.ToInt32(c.ToString(), 16);
        }

        return value;
    }

    private Token ReadString(char quote)
    {
        var end = _position + 1;
        while (end < _source.Length && _source[end] != quote) end += _source[end] == '\\' ? 2 : 1;
        if (end >= _source.Length) throw UnexpectedCharacter();
        var text = StringEscapes.Decode(_source.AsSpan(_position + 1, end - _position - 1), _line);
        return Take(TokenKind.String, end + 1, text);
    }
}
