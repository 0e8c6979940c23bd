using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Filters that make text.</summary>
internal static class TextFilters
{
    public static void AddTo(Dictionary<string, Filter> table)
    {
        table.Add("upper", "do_upper", "s", static (_, a) => Map(a[0]!, Casing.ToUpper));
        table.Add("lower", "do_lower", "s", static (_, a) => Map(a[0]!, Casing.ToLower));
        table.Add("capitalize", "do_capitalize", "s", static (_, a) => Map(a[0]!, Casing.Capitalize));
        table.Add("title", "do_title", "s", static (_, a) => Map(a[0]!, Title));
        table.Add("trim", "do_trim", "value chars?", static (_, a) => Map(a[0]!, text => StringMethods.Strip(text, a[1], left: true, right: true, "strip")));
        table.Add("string", "soft_str", "s", static (_, a) => a[0] is StringValue text ? text : new StringValue(a[0]!.ToText()));
        table.Add("center", "do_center", "value width?", static (_, a) => Map(a[0]!, text => StringMethods.Pad(new StringValue(text), a[1] is null ? 80 : PythonNumbers.Clamp(a[1]!), " ", 'c')));
        table.Add("replace", "do_replace", "!eval_ctx s old new count?", static (_, a) => Like(a[0]!, StringMethods.Replace(a[0]!.ToText(), a[1]!.ToText(), a[2]!.ToText(), a[3] is null or NoneValue ? -1 : PythonNumbers.Clamp(a[3]!))));
        table.Add("indent", "do_indent", "s width? first? blank?", static (_, a) => Indent(a[0]!, a[1], a[2]?.IsTrue ?? false, a[3]?.IsTrue ?? false));
        table.Add("truncate", "do_truncate", "!env s length? killwords? end? leeway?", static (_, a) => Truncate(a));
        table.Add("wordcount", "do_wordcount", "s", static (_, a) => IntValue.Of(CountWords(a[0]!.ToText())));
        table.Add("wordwrap", "do_wordwrap", "!environment s width? break_long_words? wrapstring? break_on_hyphens?", static (_, a) => WordWrap.Apply(a));
        table.Add("format", "do_format", "value *args **kwargs", static (_, a) => Format(a));
        table.Add("pprint", "do_pprint", "value", static (_, a) => new StringValue(PrettyPrinter.Print(a[0]!)));
        table.Add("tojson", "_compile_jinja_template.<locals>.tojson", "x ensure_ascii? indent? separators? sort_keys?", static (_, a) => ToJson(a));
    }

    private static StringValue Map(Value value, Func<string, string> map)
    {
        var text = map(value.ToText());
        Budget.Allocate(text.Length);
        return Like(value, text);
    }

    private static StringValue Like(Value value, string text) => new(text, value is StringValue { IsMarkup: true });

    /// <summary>Words begin after hyphens, white space and opening brackets, as this filter (unlike Python's <c>title</c>) has it.</summary>
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var separates = Separates(text[at]);
            while (at < text.Length && Separates(text[at]) == separates) at++;
            var first = char.IsHighSurrogate(text[start]) && start + 1 < at ? 2 : 1;
            result.Append(Casing.ToUpper(text.Substring(start, first))).Append(Casing.ToLower(text[(start + first)..at]));
        }

        return result.ToString();
    }

    private static bool Separates(char c) => c is '-' or '(' or '{' or '[' or '<' || PythonText.IsSpace(c);

    private static StringValue Indent(Value value, Value? width, bool first, bool blank)
    {
        UndefinedValue.Refuse(value);
        if (value is ListValue) throw Errors.Attribute(value, "splitlines");
        if (value is not StringValue text) throw Errors.Type(value is TupleValue ? "can only concatenate tuple (not \"str\") to tuple" : $"unsupported operand type(s) for +=: '{value.TypeName}' and 'str'");
        var indent = width is StringValue given ? given.Text : ((StringValue)Arithmetic.Binary(BinaryOperator.Multiply, new StringValue(" "), width ?? IntValue.Of(4))).Text;
        var lines = StringMethods.Lines(text.Text + "\n", keepEnds: false);
        Budget.Allocate((long)lines.Count * indent.Length);
        var result = new StringBuilder(first ? indent : "").Append(lines[0]);
        for (var i = 1; i < lines.Count; i++)
        {
            result.Append('\n');
            if (blank || lines[i].Length > 0) result.Append(indent);
            result.Append(lines[i]);
        }

        return new StringValue(result.ToString(), text.IsMarkup);
    }

    private static StringValue Truncate(Value?[] a)
    {
        var length = a[1] is null ? 255 : PythonNumbers.Clamp(a[1]!);
        var end = a[3] is null ? new StringValue("...") : a[3] as StringValue ?? throw Errors.Type($"object of type '{a[3]!.TypeName}' has no len()");
        var leeway = a[4] is null or NoneValue ? 5 : PythonNumbers.Clamp(a[4]!);
        if (length < end.Length) throw new TemplateException("AssertionError", $"expected length >= {end.Length}, got {length}");
        if (leeway < 0) throw new TemplateException("AssertionError", $"expected leeway >= 0, got {leeway}");
        if (a[0] is UndefinedValue) return StringValue.Empty;
        var count = a[0]!.LengthOrNull ?? throw Errors.Type($"object of type '{a[0]!.TypeName}' has no len()");
        if (a[0] is not StringValue text)
        {
            return count <= (long)length + leeway ? new StringValue(a[0]!.ToText()) : throw Errors.Type("truncate needs a text");
        }

        if (count <= (long)length + leeway) return text;
        var cut = text.Range(0, length - end.Length);
        if (a[2]?.IsTrue != true && cut.LastIndexOf(' ') is var space and >= 0) cut = cut[..space];
        return new StringValue(cut + end.Text, text.IsMarkup);
    }

    private static int CountWords(string text)
    {
        var count = 0;
        var inside = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var word = rune.Value == '_' || Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNumber or UnicodeCategory.LetterNumber;
            if (word && !inside) count++;
            inside = word;
        }

        return count;
    }

    private static StringValue Format(Value?[] a)
    {
        var positional = (TupleValue)a[1]!;
        var named = (DictValue)a[2]!;
        if (positional.Items.Length > 0 && named.Items.Count > 0) throw Errors.FilterArgument("can't handle positional and keyword arguments at the same time");
        var format = a[0] as StringValue ?? new StringValue(a[0]!.ToText());
        return PercentFormat.Format(format, named.Items.Count > 0 ? named : positional);
    }

    private static StringValue ToJson(Value?[] a)
    {
        string? indent = null;
        if (a[2] is StringValue text) indent = text.Text;
        else if (a[2] is not (null or NoneValue)) indent = ((StringValue)Arithmetic.Binary(BinaryOperator.Multiply, new StringValue(" "), a[2]!)).Text;
        var (item, key) = (indent is null ? ", " : ",", ": ");
        if (a[3] is { IsTrue: true } separators)
        {
            var pair = separators.Iterate().Take(3).ToArray();
            if (pair.Length > 2) throw Errors.Value("too many values to unpack (expected 2)");
            if (pair.Length < 2) throw Errors.Value($"not enough values to unpack (expected 2, got {pair.Length})");
            if (pair[0] is not StringValue i || pair[1] is not StringValue k) throw Errors.Type("make_encoder() argument 5 must be str");
            (item, key) = (i.Text, k.Text);
        }

        return new StringValue(JsonPrinter.Print(a[0]!, a[1]?.IsTrue ?? false, indent, item, key, a[4]?.IsTrue ?? false));
    }
}
