using System.Globalization;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Patterns;

/// <summary>Parses regular expressions in Oniguruma's dialect, as far as tokenizers use it; the rest is refused by name.</summary>
internal sealed class RegexParser
{
    private const int DeepestNesting = 200;
    private const int LargestCount = 1000;
    private readonly string _source;
    private readonly RegexClassParser _classes;
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _dotAll;
    private bool _extended;

    private RegexParser(string source)
    {
        _source = source;
        _classes = new RegexClassParser(source);
    }

    /// <summary>Parses an expression.</summary>
    public static RegexNode Parse(string source)
    {
        var parser = new RegexParser(source);
        var root = parser.Alternation();
        return parser._at == source.Length ? root : throw parser.Wrong("a ')' without its '('");
    }

    private FathomException Wrong(string what) => RegexClassParser.Wrong(_source, _at, what);

    private bool Eat(string text)
    {
        if (!_source.AsSpan(_at).StartsWith(text, StringComparison.Ordinal))
            return false;
        _at += text.Length;
        return true;
    }

    private RegexNode Alternation()
    {
        if (++_depth > DeepestNesting)
            throw Wrong($"groups more than {DeepestNesting} deep");
        var (ignoreCase, dotAll, extended) = (_ignoreCase, _dotAll, _extended);
        var ways = new List<RegexNode> { Sequence() };
        while (Eat("|"))
            ways.Add(Sequence());
        (_ignoreCase, _dotAll, _extended) = (ignoreCase, dotAll, extended);
        _depth--;
        return ways.Count == 1 ? ways[0] : new RegexNode(RegexKind.Alternation, [.. ways]);
    }

    private RegexNode Sequence()
    {
        var parts = new List<RegexNode>();
        while (_at < _source.Length && _source[_at] is not ('|' or ')'))
        {
            if (_extended && Skipped())
                continue;
            var atom = Atom();
            if (atom is not null)
                parts.Add(Quantified(atom));
        }

        return parts.Count == 1 ? parts[0] : new RegexNode(RegexKind.Sequence, [.. parts]);
    }

    private bool Skipped()
    {
        if (char.IsWhiteSpace(_source[_at]))
        {
            _at++;
            return true;
        }

        if (_source[_at] != '#')
            return false;
        while (_at < _source.Length && _source[_at] != '\n')
            _at++;
        return true;
    }

    private RegexNode Quantified(RegexNode atom)
    {
        while (_at < _source.Length)
        {
            var before = _at;
            int min, max;
            var counted = false;
            if (Eat("*")) (min, max) = (0, int.MaxValue);
            else if (Eat("+")) (min, max) = (1, int.MaxValue);
            else if (Eat("?")) (min, max) = (0, 1);
            else if (Count(out min, out max)) counted = true;
            else break;
            if (min > max)
                throw RegexClassParser.Wrong(_source, before, "a count whose least is above its most");

            var lazy = Eat("?");
            var forGood = !lazy && !counted && Eat("+");
            atom = new RegexNode(RegexKind.Repeat, atom) { Min = min, Max = max, Lazy = lazy };
            if (forGood)
                atom = new RegexNode(RegexKind.Atomic, atom);
        }

        return atom;
    }

    // {n}, {n,}, {n,m} and {,m}; anything else in braces is text.
    private bool Count(out int min, out int max)
    {
        min = 0;
        max = 0;
        var end = _at < _source.Length && _source[_at] == '{' ? _source.IndexOf('}', _at) : -1;
        if (end < 0)
            return false;
        var parts = _source[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || !Array.TrueForAll(parts, p => p.All(char.IsAsciiDigit)) || parts.All(p => p.Length == 0))
            return false;
        min = parts[0].Length == 0 ? 0 : Number(parts[0]);
        max = parts.Length == 1 ? min : parts[1].Length == 0 ? int.MaxValue : Number(parts[1]);
        _at = end + 1;
        return true;
    }

    private int Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= LargestCount
        ? value
        : throw Wrong($"a count above {LargestCount}");

    private RegexNode? Atom()
    {
        var c = _source[_at];
        switch (c)
        {
            case '(':
                _at++;
                return Group();
            case '[':
                return RegexNode.Of(_classes.Bracket(ref _at, _ignoreCase));
            case '.':
                _at++;
                var all = _dotAll;
                return RegexNode.Of(new CharClass(x => all || x != '\n'));
            case '^':
                _at++;
                return Anchor(RegexAnchor.LineStart);
            case '$':
                _at++;
                return Anchor(RegexAnchor.LineEnd);
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw Wrong($"'{c}' with nothing before it to repeat");
            default:
                var codePoint = CodePoints.At(_source, _at, out var units);
                _at += units;
                return RegexNode.Of(RegexClassParser.Literal(codePoint, _ignoreCase));
        }
    }

    private static RegexNode Anchor(RegexAnchor anchor) => new(RegexKind.Anchor) { Anchor = anchor };

    private RegexNode Escape()
    {
        var letter = _at + 1 < _source.Length ? _source[_at + 1] : throw Wrong("a '\\' at the end");
        RegexAnchor? anchor = letter switch
        {
            'b' => RegexAnchor.WordBorder,
            'B' => RegexAnchor.NoWordBorder,
            'A' => RegexAnchor.TextStart,
            'z' => RegexAnchor.TextEnd,
            'Z' => RegexAnchor.TextEndOrLast,
            _ => null,
        };
        if (anchor is { } found)
        {
            _at += 2;
            return Anchor(found);
        }

        if (letter == 'R')
        {
            _at += 2;
            var single = RegexNode.Of(new CharClass(c => c is (>= 0x0A and <= 0x0D) or 0x85 or 0x2028 or 0x2029));
            var pair = new RegexNode(RegexKind.Sequence, RegexNode.Of(CharClass.Single('\r')), RegexNode.Of(CharClass.Single('\n')));
            return new RegexNode(RegexKind.Atomic, new RegexNode(RegexKind.Alternation, pair, single));
        }

        if (letter is (>= '1' and <= '9') or 'k' or 'g' or 'X' or 'G' or 'K')
            throw Wrong($"'\\{letter}', which is not supported here");
        return RegexNode.Of(_classes.Escape(ref _at, _ignoreCase));
    }

    private RegexNode? Group()
    {
        RegexNode inner;
        if (!Eat("?"))
            inner = Alternation();
        else if (Eat("#"))
        {
            var end = _source.IndexOf(')', _at);
            _at = end < 0 ? throw Wrong("a comment without its ')'") : end + 1;
            return null;
        }
        else if (Eat(":"))
            inner = Alternation();
        else if (Eat("="))
            inner = new RegexNode(RegexKind.LookAhead, Alternation());
        else if (Eat("!"))
            inner = new RegexNode(RegexKind.LookAhead, Alternation()) { Negative = true };
        else if (Eat("<="))
            inner = new RegexNode(RegexKind.LookBehind, Alternation());
        else if (Eat("<!"))
            inner = new RegexNode(RegexKind.LookBehind, Alternation()) { Negative = true };
        else if (Eat(">"))
            inner = new RegexNode(RegexKind.Atomic, Alternation());
        else if (Eat("<") || Eat("P<"))
        {
            var end = _source.IndexOf('>', _at);
            _at = end < 0 ? throw Wrong("a group name without its '>'") : end + 1;
            inner = Alternation();
        }
        else
            return Options();

        return Eat(")") ? inner : throw Wrong("a '(' without its ')'");
    }

    // (?i), (?m), (?x), switched off behind '-', for the rest of the group or, with ':', for a group of its own.
    private RegexNode? Options()
    {
        var before = (_ignoreCase, _dotAll, _extended);
        var on = true;
        for (; _at < _source.Length && _source[_at] is not (')' or ':'); _at++)
        {
            switch (_source[_at])
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    _ignoreCase = on;
                    break;
                case 'm' or 's':
                    _dotAll = on;
                    break;
                case 'x':
                    _extended = on;
                    break;
                default:
                    throw Wrong($"the option '{_source[_at]}', which is not supported here");
            }
        }

        if (Eat(")"))
        {
            // As in Ruby, the option reaches to the end of the group, over its further alternatives.
            var after = (_ignoreCase, _dotAll, _extended);
            var rest = Alternation();
            (_ignoreCase, _dotAll, _extended) = after;
            return rest;
        }

        if (!Eat(":"))
            throw Wrong("options without their ')'");
        var inner = Alternation();
        (_ignoreCase, _dotAll, _extended) = before;
        return Eat(")") ? inner : throw Wrong("a '(' without its ')'");
    }
}
