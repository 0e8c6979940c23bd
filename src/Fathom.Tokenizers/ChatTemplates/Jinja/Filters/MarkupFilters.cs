using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Filters for HTML and addresses.</summary>
internal static class MarkupFilters
{
    public static void AddTo(Dictionary<string, Filter> table)
    {
        table.Add("escape", "@escape", "s", static (_, a) => Markup.Escape(a[0]!));
        table.Add("e", "@escape", "s", static (_, a) => Markup.Escape(a[0]!));
        table.Add("forceescape", "do_forceescape", "value", static (_, a) => Markup.ForceEscape(a[0]!.ToText()));
        table.Add("safe", "do_mark_safe", "value", static (_, a) => new StringValue(a[0]!.ToText(), isMarkup: true));
        table.Add("striptags", "do_striptags", "value", static (_, a) => new StringValue(Markup.StripTags(a[0]!.ToText())));
        table.Add("urlencode", "do_urlencode", "value", static (_, a) => UrlEncode(a[0]!));
        table.Add("xmlattr", "do_xmlattr", "!eval_ctx d autospace?", static (state, a) => XmlAttributes(state, a[0]!, a[1]?.IsTrue ?? true));
        table.Add("urlize", "do_urlize", "!eval_ctx value trim_url_limit? nofollow? target? rel? extra_schemes?", static (_, _) => throw Errors.Runtime("the filter 'urlize' makes HTML links, which chat templates have no use for; it is not offered here"));
    }

    private static StringValue UrlEncode(Value value)
    {
        if (value is StringValue || !value.IsIterable) return new StringValue(Quote(value, forQuery: false));
        IEnumerable<Value> pairs = value is DictValue dict ? new DictView(dict, DictViewKind.Items).Iterate() : value.Iterate();
        var parts = new List<string>();
        foreach (var pair in pairs)
        {
            if (!pair.IsIterable) throw Errors.Type($"cannot unpack non-iterable {pair.TypeName} object");
            var both = pair.Iterate().Take(3).ToArray();
            if (both.Length > 2) throw Errors.Value("too many values to unpack (expected 2)");
            if (both.Length < 2) throw Errors.Value($"not enough values to unpack (expected 2, got {both.Length})");
            parts.Add($"{Quote(both[0], forQuery: true)}={Quote(both[1], forQuery: true)}");
        }

        return new StringValue(string.Join('&', parts));
    }

    private static string Quote(Value value, bool forQuery)
    {
        var result = new StringBuilder();
        foreach (var b in value is BytesValue bytes ? bytes.Bytes : Encoding.UTF8.GetBytes(value.ToText()))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !forQuery)) result.Append(c);
            else if (c == ' ' && forQuery) result.Append('+');
            else result.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        Budget.Allocate(result.Length);
        return result.ToString();
    }

    private static StringValue XmlAttributes(RenderState state, Value value, bool autoSpace)
    {
        UndefinedValue.Refuse(value);
        if (value is not DictValue dict) throw Errors.Attribute(value, "items");
        var parts = new List<string>();
        foreach (var (key, item) in dict.Items)
        {
            if (item is NoneValue or UndefinedValue) continue;
            if (key.ToText().Any(static c => PythonText.IsSpace(c) || c is '/' or '>' or '=')) throw Errors.Value($"Invalid character in attribute name: {key.Repr()}");
            parts.Add($"{Markup.Escape(key).Text}=\"{Markup.Escape(item).Text}\"");
        }

        var text = string.Join(' ', parts);
        return new StringValue(autoSpace && text.Length > 0 ? " " + text : text, state.Autoescape);
    }
}
