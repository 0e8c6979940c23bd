namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The methods of <c>str</c>.</summary>
internal static partial class StringMethods
{
    private static readonly Dictionary<string, Method> Table = Build();

    public static Method Decode { get; } = Method.Of("bytes.decode", "encoding=? errors=?", static (self, _) => new StringValue(System.Text.Encoding.UTF8.GetString(((BytesValue)self).Bytes)));

    public static Method? Find(string name) => Table.GetValueOrDefault(name);

    private static Dictionary<string, Method> Build()
    {
        var table = new Dictionary<string, Method>(StringComparer.Ordinal);
        void Add(string name, string parameters, Func<StringValue, Value?[], Value> body) => table.Add(name, Method.Of("str." + name, parameters, (self, a) => body((StringValue)self, a)));
        void AddText(string name, string parameters, Func<StringValue, Value?[], string> body) => table.Add(name, Method.Of("str." + name, parameters, (self, a) => Like((StringValue)self, body((StringValue)self, a))));
        void AddTest(string name, Func<string, bool> test) => table.Add(name, Method.Of("str." + name, "", (self, _) => BoolValue.Of(test(((StringValue)self).Text))));

        AddText("upper", "", static (s, _) => Casing.ToUpper(s.Text));
        AddText("lower", "", static (s, _) => Casing.ToLower(s.Text));
        AddText("title", "", static (s, _) => Casing.ToTitle(s.Text));
        AddText("capitalize", "", static (s, _) => Casing.Capitalize(s.Text));
        AddText("swapcase", "", static (s, _) => Casing.SwapCase(s.Text));
        AddText("casefold", "", static (s, _) => Casing.Fold(s.Text));
        AddText("strip", "chars?", static (s, a) => Strip(s.Text, a[0], left: true, right: true, "strip"));
        AddText("lstrip", "chars?", static (s, a) => Strip(s.Text, a[0], left: true, right: false, "lstrip"));
        AddText("rstrip", "chars?", static (s, a) => Strip(s.Text, a[0], left: false, right: true, "rstrip"));
        AddText("replace", "old new count?", static (s, a) => Replace(s.Text, Text(a[0]!, "replace", 1), Text(a[1]!, "replace", 2), a[2] is null ? -1 : PythonNumbers.Clamp(a[2]!)));
        AddText("removeprefix", "prefix", static (s, a) => s.Text.StartsWith(Text(a[0]!, "removeprefix"), StringComparison.Ordinal) ? s.Text[Text(a[0]!, "removeprefix").Length..] : s.Text);
        AddText("removesuffix", "suffix", static (s, a) => Text(a[0]!, "removesuffix") is var t && t.Length > 0 && s.Text.EndsWith(t, StringComparison.Ordinal) ? s.Text[..^t.Length] : s.Text);
        AddText("center", "width fillchar?", static (s, a) => Justify(s, a, 'c'));
        AddText("ljust", "width fillchar?", static (s, a) => Justify(s, a, 'l'));
        AddText("rjust", "width fillchar?", static (s, a) => Justify(s, a, 'r'));
        AddText("zfill", "width", static (s, a) => ZeroFill(s, PythonNumbers.Clamp(a[0]!)));
        AddText("expandtabs", "tabsize=?", static (s, a) => ExpandTabs(s.Text, a[0] is null ? 8 : PythonNumbers.Clamp(a[0]!)));
        AddText("translate", "table", static (s, a) => Translate(s.Text, a[0]!));
        AddText("join", "iterable", static (s, a) => Join(s, a[0]!));
        Add("split", "sep=? maxsplit=?", static (s, a) => Split(s, a, fromRight: false));
        Add("rsplit", "sep=? maxsplit=?", static (s, a) => Split(s, a, fromRight: true));
        Add("splitlines", "keepends=?", static (s, a) => SplitLines(s, a[0]?.IsTrue ?? false));
        Add("partition", "sep", static (s, a) => Partition(s, Text(a[0]!, "partition", -1), last: false));
        Add("rpartition", "sep", static (s, a) => Partition(s, Text(a[0]!, "rpartition", -1), last: true));
        Add("startswith", "prefix start? end?", static (s, a) => Affix(s, a, "startswith"));
        Add("endswith", "suffix start? end?", static (s, a) => Affix(s, a, "endswith"));
        Add("find", "sub start? end?", static (s, a) => IntValue.Of(Search(s, a, last: false)));
        Add("rfind", "sub start? end?", static (s, a) => IntValue.Of(Search(s, a, last: true)));
        Add("index", "sub start? end?", static (s, a) => IntValue.Of(Found(Search(s, a, last: false))));
        Add("rindex", "sub start? end?", static (s, a) => IntValue.Of(Found(Search(s, a, last: true))));
        Add("count", "sub start? end?", static (s, a) => IntValue.Of(Count(s, a)));
        Add("encode", "encoding=? errors=?", static (s, a) => Encode(s.Text, a[0]));
        Add("maketrans", "x y? z?", static (_, a) => MakeTranslation(a));
        table.Add("format", new Method("format", new Signature("@format", "*args **kwargs"), static (self, a) => new StringFormat((StringValue)self, ((TupleValue)a[0]!).Items, a[1]!).Format()));
        table.Add("format_map", Method.Of("str.format_map", "mapping", static (self, a) => new StringFormat((StringValue)self, [], a[0]!).Format()));
        AddTest("isalpha", static s => All(s, System.Text.Rune.IsLetter));
        AddTest("isdigit", static s => All(s, static r => System.Globalization.CharUnicodeInfo.GetDigitValue(r.ToString(), 0) >= 0));
        AddTest("isdecimal", static s => All(s, static r => System.Text.Rune.GetUnicodeCategory(r) == System.Globalization.UnicodeCategory.DecimalDigitNumber));
        AddTest("isnumeric", static s => All(s, static r => System.Text.Rune.GetNumericValue(r) >= 0));
        AddTest("isalnum", static s => All(s, static r => System.Text.Rune.IsLetter(r) || System.Text.Rune.GetNumericValue(r) >= 0));
        AddTest("isspace", static s => s.Length > 0 && PythonText.IsBlank(s));
        AddTest("isascii", static s => System.Text.Ascii.IsValid(s));
        AddTest("isprintable", PythonText.IsPrintable);
        AddTest("islower", IsLower);
        AddTest("isupper", IsUpper);
        AddTest("istitle", IsTitle);
        AddTest("isidentifier", static s => s.Length > 0 && (s[0] == '_' || char.IsLetter(s[0])) && s.All(static c => c == '_' || char.IsLetterOrDigit(c)));
        return table;
    }

    public static bool IsLower(string text) => HasCase(text, System.Text.Rune.IsLetter) && !text.EnumerateRunes().Any(static r => Casing.IsCased(r) && !Casing.IsLower(r));

    public static bool IsUpper(string text) => HasCase(text, System.Text.Rune.IsLetter) && !text.EnumerateRunes().Any(static r => Casing.IsCased(r) && !Casing.IsUpper(r));

    private static bool HasCase(string text, Func<System.Text.Rune, bool> isLetter) => text.EnumerateRunes().Any(r => isLetter(r) && Casing.IsCased(r));

    private static bool IsTitle(string text)
    {
        var inside = false;
        var any = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var cased = Casing.IsCased(rune);
            if (cased && (inside ? !Casing.IsLower(rune) : Casing.IsLower(rune))) return false;
            any |= cased;
            inside = cased;
        }

        return any;
    }

    private static bool All(string text, Func<System.Text.Rune, bool> test) => text.Length > 0 && text.EnumerateRunes().All(test);

    private static StringValue Like(StringValue self, string text)
    {
        Budget.Allocate(text.Length);
        return new StringValue(text, self.IsMarkup);
    }

    /// <summary>A text argument, or Python's complaint.</summary>
    private static string Text(Value value, string method, int position = 0)
    {
        if (value is StringValue text) return text.Text;
        UndefinedValue.Refuse(value);
        var where = position switch { < 0 => "", 0 => $"{method}() argument ", _ => $"{method}() argument {position} " };
        throw Errors.Type($"{where}must be str, not {value.TypeName}");
    }

    private static int Found(int index) => index >= 0 ? index : throw Errors.Value("substring not found");
}
