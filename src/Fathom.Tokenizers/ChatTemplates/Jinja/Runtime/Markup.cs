using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>HTML escaping as markupsafe does it.</summary>
internal static class Markup
{
    /// <summary>The text of a value, escaped unless it is markup already.</summary>
    public static StringValue Escape(Value value) => value is StringValue { IsMarkup: true } done ? done : ForceEscape(value.ToText());

    public static StringValue ForceEscape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '&': result.Append("&amp;"); break;
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '"': result.Append("&#34;"); break;
                case '\'': result.Append("&#39;"); break;
                default: result.Append(c); break;
            }
        }

        Budget.Allocate(result.Length);
        return new StringValue(result.ToString(), isMarkup: true);
    }

    /// <summary>The text without comments and tags, white space as single spaces, entities resolved.</summary>
    public static string StripTags(string text)
    {
        text = RemoveBetween(text, "<!--", "-->");
        text = RemoveBetween(text, "<", ">");
        var words = string.Join(' ', PythonText.SplitBlank(text, -1));
        return System.Net.WebUtility.HtmlDecode(words);
    }

    private static string RemoveBetween(string text, string open, string close)
    {
        while (true)
        {
            var start = text.IndexOf(open, StringComparison.Ordinal);
            if (start < 0) return text;
            var end = text.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0) return text;
            Budget.Work(1 + (text.Length >> 6));
            text = string.Concat(text.AsSpan(0, start), text.AsSpan(end + close.Length));
        }
    }
}
