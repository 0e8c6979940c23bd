using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates.Jinja;

namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>Messages as transformers hands them to a template.</summary>
internal static class Conversation
{
    // What a message says under the first of these is put under the first two as well: that is what transformers 5.23 shows its templates.
    private static readonly string[] ReasoningKeys = ["reasoning_content", "thinking", "reasoning"];
    private const int FilledKeys = 2;

    public static List<DictValue> Read(JsonElement messages, Func<string, string, TemplateException> fail)
    {
        if (messages.ValueKind != JsonValueKind.Array) throw fail("TypeError", $"messages must be a JSON array, not {messages.ValueKind}");
        var result = new List<DictValue>();
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object) throw fail("TypeError", $"message {result.Count} must be a JSON object with a role and a content, not {message.ValueKind}");
            result.Add(Clean((DictValue)JsonValues.Convert(message)));
        }

        return result;
    }

    private static DictValue Clean(DictValue message)
    {
        var cleaned = new DictBuilder();
        Value? reasoning = null;
        foreach (var (key, value) in message.Items)
        {
            if (value is not NoneValue) cleaned.Set(key, value);
        }

        foreach (var name in ReasoningKeys)
        {
            if (message.Find(name) is { } value and not NoneValue) reasoning ??= value;
        }

        if (reasoning is not null)
        {
            foreach (var name in ReasoningKeys.Take(FilledKeys))
            {
                var key = new StringValue(name);
                if (!cleaned.Contains(key)) cleaned.Set(key, reasoning);
            }
        }

        return cleaned.Build();
    }
}
