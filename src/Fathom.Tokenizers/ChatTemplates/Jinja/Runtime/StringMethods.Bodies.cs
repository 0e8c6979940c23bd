using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal static partial class StringMethods
{
    public static string Strip(string text, Value? characters, bool left, bool right, string method)
    {
        if (characters is null or NoneValue)
        {
            var span = text.AsSpan();
            if (left) span = PythonText.TrimStart(span);
            if (right) span = PythonText.TrimEnd(span);
            return span.ToString();
        }

        if (characters is not StringValue set)
        {
            UndefinedValue.Refuse(characters);
            throw Errors.Type($"{method} arg must be None or str");
        }

        var runes = new HashSet<Rune>(set.Text.EnumerateRunes());
        var start = 0;
        var end = text.Length;
        while (left && start < end)
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(start, end - start), out var rune, out var size);
            if (!runes.Contains(rune)) break;
            start += size;
        }

        while (right && start < end)
        {
            _ = Rune.DecodeLastFromUtf16(text.AsSpan(start, end - start), out var rune, out var size);
            if (!runes.Contains(rune)) break;
            end -= size;
        }

        return text[start..end];
    }

    public static string Replace(string text, string old, string replacement, int count)
    {
        if (count == 0) return text;
        var result = new StringBuilder(text.Length);
        var at = 0;
        var done = 0;
        while (count < 0 || done < count)
        {
            // An empty text is found before every code point and at the end.
            var next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : done == 0 ? 0 : NextCodePoint(text, at);
            if (next < 0) break;
            Budget.Allocate(next - at + replacement.Length + 1);
            result.Append(text, at, next - at).Append(replacement);
            at = next + old.Length;
            done++;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private static int NextCodePoint(string text, int at)
    {
        if (at >= text.Length) return -1;
        return char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? at + 2 : at + 1;
    }

    private static string Justify(StringValue text, Value?[] arguments, char side)
    {
        var width = PythonNumbers.Clamp(arguments[0]!);
        var fill = " ";
        if (arguments[1] is { } given)
        {
            if (given is not StringValue { Length: 1 } one) throw Errors.Type("The fill character must be exactly one character long");
            fill = one.Text;
        }

        return Pad(text, width, fill, side);
    }

    /// <summary>Pads to a width in code points; centred text has the odd space where Python puts it.</summary>
    public static string Pad(StringValue text, int width, string fill, char side)
    {
        var missing = width - text.Length;
        if (missing <= 0) return text.Text;
        Budget.Allocate(missing);
        var left = side switch { 'l' => 0, 'r' => missing, _ => (missing / 2) + (missing & width & 1) };
        return new StringBuilder().Insert(0, fill, left).Append(text.Text).Append(new StringBuilder().Insert(0, fill, missing - left)).ToString();
    }

    private static string ZeroFill(StringValue text, int width)
    {
        var missing = width - text.Length;
        if (missing <= 0) return text.Text;
        Budget.Allocate(missing);
        var sign = text.Text.Length > 0 && text.Text[0] is '+' or '-' && text.Text.Length > 0 ? 1 : 0;
        return text.Text[..sign] + new string('0', missing) + text.Text[sign..];
    }

    private static string ExpandTabs(string text, int size)
    {
        var result = new StringBuilder(text.Length);
        var column = 0;
        foreach (var c in text)
        {
            if (c == '\t')
            {
                var count = size > 0 ? size - (column % size) : 0;
                Budget.Allocate(count);
                result.Append(' ', count);
                column += count;
                continue;
            }

            result.Append(c);
            if (c is '\n' or '\r') column = 0;
            else if (!char.IsLowSurrogate(c)) column++;
        }

        return result.ToString();
    }

    private static string Translate(string text, Value table)
    {
        UndefinedValue.Refuse(table);
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Budget.Work();
            switch (table.FindItem(IntValue.Of(rune.Value)))
            {
                case null: result.Append(rune.ToString()); break;
                case NoneValue: break;
                case StringValue replacement: result.Append(replacement.Text); break;
                case IntValue code: result.Append(FormatSpec.Character(code.Number)); break;
                default: throw Errors.Type("character mapping must return integer, None or str");
            }

            Budget.Allocate(Math.Max(0, result.Length - text.Length) >> 4);
        }

        return result.ToString();
    }

    private static DictValue MakeTranslation(Value?[] arguments)
    {
        var result = new DictBuilder();
        if (arguments[1] is null)
        {
            if (arguments[0] is not DictValue dict) throw Errors.Type("if you give only one argument to maketrans it must be a dict");
            foreach (var (key, value) in dict.Items)
            {
                if (key is StringValue { Length: 1 } one) result.Set(IntValue.Of(char.ConvertToUtf32(one.Text, 0)), value);
                else if (key is IntValue) result.Set(key, value);
                else if (key is StringValue) throw Errors.Value("string keys in translate table must be of length 1");
                else throw Errors.Type("keys in translate table must be strings or integers");
            }

            return result.Build();
        }

        var from = Text(arguments[0]!, "maketrans", 1).EnumerateRunes().ToArray();
        var to = Text(arguments[1]!, "maketrans", 2).EnumerateRunes().ToArray();
        if (from.Length != to.Length) throw Errors.Value("the first two maketrans arguments must have equal length");
        for (var i = 0; i < from.Length; i++) result.Set(IntValue.Of(from[i].Value), IntValue.Of(to[i].Value));
        if (arguments[2] is { } removed)
        {
            foreach (var rune in Text(removed, "maketrans", 3).EnumerateRunes()) result.Set(IntValue.Of(rune.Value), NoneValue.Instance);
        }

        return result.Build();
    }

    private static string Join(StringValue self, Value items)
    {
        if (!items.IsIterable) throw Errors.Type(self.IsMarkup ? $"'{items.TypeName}' object is not iterable" : "can only join an iterable");
        var separator = self.Text;
        var result = new StringBuilder();
        var index = 0;
        foreach (var item in items.Iterate())
        {
            if ((self.IsMarkup ? Markup.Escape(item) : item) is not StringValue text) throw Errors.Type($"sequence item {index}: expected str instance, {item.TypeName} found");
            if (index++ > 0) result.Append(separator);
            Budget.Allocate(text.Text.Length + separator.Length);
            result.Append(text.Text);
        }

        return result.ToString();
    }

    private static ListValue Split(StringValue self, Value?[] arguments, bool fromRight)
    {
        var limit = arguments[1] is null ? -1 : PythonNumbers.Clamp(arguments[1]!);
        List<string> parts;
        if (arguments[0] is null or NoneValue)
        {
            parts = fromRight && limit >= 0 ? SplitBlankFromRight(self.Text, limit) : PythonText.SplitBlank(self.Text, limit);
        }
        else
        {
            if (arguments[0] is not StringValue separator)
            {
                UndefinedValue.Refuse(arguments[0]!);
                throw Errors.Type($"must be str or None, not {arguments[0]!.TypeName}");
            }

            if (separator.Text.Length == 0) throw Errors.Value("empty separator");
            parts = SplitAt(self.Text, separator.Text, limit, fromRight);
        }

        Budget.Allocate(self.Text.Length + parts.Count);
        return new ListValue([.. parts.Select(part => (Value)new StringValue(part, self.IsMarkup))]);
    }

    private static List<string> SplitAt(string text, string separator, int limit, bool fromRight)
    {
        var parts = new List<string>();
        if (!fromRight)
        {
            var at = 0;
            for (var next = text.IndexOf(separator, StringComparison.Ordinal); next >= 0 && (limit < 0 || parts.Count < limit); next = text.IndexOf(separator, at, StringComparison.Ordinal))
            {
                parts.Add(text[at..next]);
                at = next + separator.Length;
            }

            parts.Add(text[at..]);
            return parts;
        }

        var end = text.Length;
        while (limit < 0 || parts.Count < limit)
        {
            var next = text.AsSpan(0, end).LastIndexOf(separator.AsSpan());
            if (next < 0) break;
            parts.Add(text[(next + separator.Length)..end]);
            end = next;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    private static List<string> SplitBlankFromRight(string text, int limit)
    {
        var words = new List<string>();
        var end = text.Length;
        while (true)
        {
            while (end > 0 && PythonText.IsSpace(text[end - 1])) end--;
            if (end == 0) break;
            if (words.Count >= limit)
            {
                words.Add(text[..end]);
                break;
            }

            var start = end;
            while (start > 0 && !PythonText.IsSpace(text[start - 1])) start--;
            words.Add(text[start..end]);
            end = start;
        }

        words.Reverse();
        return words;
    }

    private static ListValue SplitLines(StringValue self, bool keepEnds) => new([.. Lines(self.Text, keepEnds).Select(line => (Value)new StringValue(line, self.IsMarkup))]);

    public static List<string> Lines(string text, bool keepEnds)
    {
        Budget.Allocate(text.Length);
        var lines = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ((>= '\n' and <= '\r') or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029')) continue;
            var end = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? i + 2 : i + 1;
            lines.Add(text[start..(keepEnds ? end : i)]);
            start = end;
            i = end - 1;
        }

        if (start < text.Length) lines.Add(text[start..]);
        return lines;
    }

    private static TupleValue Partition(StringValue self, string separator, bool last)
    {
        if (separator.Length == 0) throw Errors.Value("empty separator");
        var at = last ? self.Text.LastIndexOf(separator, StringComparison.Ordinal) : self.Text.IndexOf(separator, StringComparison.Ordinal);
        Budget.Allocate(self.Text.Length);
        StringValue Part(string text) => new(text, self.IsMarkup);
        if (at < 0) return new TupleValue(last ? [Part(""), Part(""), self] : [self, Part(""), Part("")]);
        return new TupleValue([Part(self.Text[..at]), Part(separator), Part(self.Text[(at + separator.Length)..])]);
    }

    /// <summary>The part of a text between two optional positions, and where it begins; null when it begins behind the end.</summary>
    private static (string Text, int Start)? Window(StringValue self, Value? start, Value? end)
    {
        var from = Position(start, 0, self.Length);
        var to = Position(end, self.Length, self.Length);
        if (from > self.Length || from > to) return null;
        return (self.Range(from, to), from);
    }

    private static int Position(Value? value, int missing, int length)
    {
        if (value is null or NoneValue) return missing;
        var index = (long)PythonNumbers.Clamp(value);
        if (index < 0) index = Math.Max(0, index + length);
        return (int)(missing == 0 ? index : Math.Min(index, length));
    }

    private static BoolValue Affix(StringValue self, Value?[] arguments, string method)
    {
        var window = Window(self, arguments[1], arguments[2]);
        bool Fits(string affix) => window is { } part && (method == "startswith" ? part.Text.StartsWith(affix, StringComparison.Ordinal) : part.Text.EndsWith(affix, StringComparison.Ordinal));
        if (arguments[0] is StringValue one) return BoolValue.Of(Fits(one.Text));
        if (arguments[0] is not TupleValue several)
        {
            UndefinedValue.Refuse(arguments[0]!);
            throw Errors.Type($"{method} first arg must be str or a tuple of str, not {arguments[0]!.TypeName}");
        }

        foreach (var item in several.Items)
        {
            if ((self.IsMarkup ? Markup.Escape(item) : item) is not StringValue text) throw Errors.Type($"tuple for {method} must only contain str, not {item.TypeName}");
            if (Fits(text.Text)) return BoolValue.True;
        }

        return BoolValue.False;
    }

    private static int Search(StringValue self, Value?[] arguments, bool last)
    {
        var part = Needle(arguments[0]!);
        if (Window(self, arguments[1], arguments[2]) is not { } window) return -1;
        Budget.Work(self.Text.Length >> 6);
        var at = last ? window.Text.LastIndexOf(part, StringComparison.Ordinal) : window.Text.IndexOf(part, StringComparison.Ordinal);
        if (last && part.Length == 0) at = window.Text.Length;
        return at < 0 ? -1 : window.Start + PythonText.CodePointCount(window.Text.AsSpan(0, at));
    }

    private static string Needle(Value value)
    {
        if (value is StringValue text) return text.Text;
        UndefinedValue.Refuse(value);
        throw Errors.Type($"must be str, not {value.TypeName}");
    }

    private static int Count(StringValue self, Value?[] arguments)
    {
        var part = Needle(arguments[0]!);
        if (Window(self, arguments[1], arguments[2]) is not { } window) return 0;
        Budget.Work(self.Text.Length >> 6);
        if (part.Length == 0) return PythonText.CodePointCount(window.Text) + 1;
        var count = 0;
        for (var at = window.Text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = window.Text.IndexOf(part, at + part.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    private static BytesValue Encode(string text, Value? encoding)
    {
        var name = encoding is null ? "utf-8" : Text(encoding, "encode", 1).ToLowerInvariant().Replace('_', '-');
        Budget.Allocate(text.Length);
        switch (name)
        {
            case "utf-8" or "utf8": return new BytesValue(Encoding.UTF8.GetBytes(text));
            case "ascii" or "us-ascii": return new BytesValue(Encode(text, "ascii", 128));
            case "latin-1" or "latin1" or "iso-8859-1": return new BytesValue(Encode(text, "latin-1", 256));
            default: throw new TemplateException("LookupError", $"unknown encoding: {name}");
        }
    }

    private static byte[] Encode(string text, string encoding, int limit)
    {
        var result = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= limit)
            {
                var character = Rune.TryGetRuneAt(text, i, out var rune) ? rune.ToString() : text[i].ToString();
                throw new TemplateException("UnicodeEncodeError", $"'{encoding}' codec can't encode character {PercentFormat.Ascii(PythonText.Repr(character))} in position {new StringValue(text).Index(i)}: ordinal not in range({limit})");
            }

            result[i] = (byte)text[i];
        }

        return result;
    }
}
