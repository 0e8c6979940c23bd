using Fathom.Tokenizers.ChatTemplates.Jinja;

namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>
/// The last message of a conversation that the model shall go on with: marked before rendering, and the text cut at the
/// mark's last occurrence. A template that trims the message trims the white space before the mark too.
/// </summary>
internal sealed class ContinuedMessage
{
    private const string Mark = "CONTINUE_FINAL_MESSAGE_TAG";

    private readonly string _text;

    private ContinuedMessage(string text) => _text = text;

    /// <summary>Puts the mark behind the last message's text.</summary>
    public static ContinuedMessage Tag(List<DictValue> messages, Func<string, string, TemplateException> fail)
    {
        var last = messages[^1];
        var content = last.Find("content");
        switch (content)
        {
            case StringValue text:
                messages[^1] = With(last, "content", Marked(text));
                return new ContinuedMessage(text.Text);
            case ListValue parts:
                for (var i = parts.Items.Length - 1; i >= 0; i--)
                {
                    if (parts.Items[i] is not DictValue part || part.Find("text") is not StringValue text) continue;
                    Value[] items = [.. parts.Items];
                    items[i] = With(part, "text", Marked(text));
                    messages[^1] = With(last, "content", new ListValue(items));
                    return new ContinuedMessage(text.Text);
                }

                throw fail("ValueError", "continue_final_message is set but we could not find any text to continue in the final message!");
            case null:
                throw fail("KeyError", "'content'");
            default:
                throw fail("TypeError", $"continue_final_message needs a text in the final message's content, not {content.TypeName}");
        }
    }

    private static StringValue Marked(StringValue text) => new(text.Text + Mark + " ");

    private static DictValue With(DictValue dict, string key, Value value)
    {
        var result = new DictBuilder();
        result.SetAll(dict);
        result.Set(new StringValue(key), value);
        return result.Build();
    }

    public RenderedChat Cut(RenderedChat rendered, Func<string, string, TemplateException> fail)
    {
        var text = rendered.Text;
        var at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        if (at < 0 || !text.Contains(PythonText.Trim(_text).ToString(), StringComparison.Ordinal))
        {
            throw fail("ValueError", "continue_final_message is set but the final message does not appear in the chat after applying the chat template! This can happen if the chat template deletes portions of the final message. Please verify the chat template and final message in your chat to ensure they are compatible.");
        }

        var keepsSpace = at + Mark.Length < text.Length && text[at + Mark.Length] == ' ';
        var cut = keepsSpace ? text[..at] : PythonText.TrimEnd(text.AsSpan(0, at)).ToString();
        return new RenderedChat(cut, Clip(rendered.Generation, cut));
    }

    private static List<GenerationSpan> Clip(IReadOnlyList<GenerationSpan> spans, string text)
    {
        var points = PythonText.CodePointCount(text);
        var result = new List<GenerationSpan>();
        foreach (var span in spans)
        {
            if (span.StartUtf16 < text.Length) result.Add(new GenerationSpan(span.Start, Math.Min(span.End, points), span.StartUtf16, Math.Min(span.EndUtf16, text.Length)));
        }

        return result;
    }
}
