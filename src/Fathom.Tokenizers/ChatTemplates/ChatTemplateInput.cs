using System.Text.Json;

namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>What a chat template is rendered with. JSON keeps its order of keys and the difference between 1 and 1.0.</summary>
public sealed class ChatTemplateInput
{
    /// <summary>Creates the input from messages in JSON.</summary>
    /// <param name="messages">An array of objects with <c>role</c>, <c>content</c> (a text, or a list of parts) and whatever else the template reads: <c>tool_calls</c>, <c>reasoning_content</c>, <c>name</c>…</param>
    public ChatTemplateInput(JsonElement messages) => Messages = messages;

    /// <summary>The conversation: an array of objects.</summary>
    public JsonElement Messages { get; }

    /// <summary>Tools as JSON schemas (an array), or <see langword="null"/>: the template then sees <c>tools</c> as none.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Documents for retrieval-augmented templates (an array of objects), or <see langword="null"/>: the template then sees <c>documents</c> as none.</summary>
    public JsonElement? Documents { get; init; }

    /// <summary>Whether the text ends where the assistant's next message begins. Default false.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Whether the text ends within the last message, for the model to go on with it. Default false; not together with <see cref="AddGenerationPrompt"/>.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Special tokens by the names templates use: <c>bos_token</c>, <c>eos_token</c>, … Default none.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Further variables: <c>enable_thinking</c>, <c>date_string</c>, … They win over special tokens of the same name. Default none.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>The clock of <c>strftime_now</c>. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>An array of messages from roles and texts, for <see cref="Messages"/>.</summary>
    public static JsonElement MessagesFrom(params IEnumerable<(string Role, string Content)> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var (role, content) in messages)
            {
                writer.WriteStartObject();
                writer.WriteString("role", role);
                writer.WriteString("content", content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>Reads JSON for one of the properties.</summary>
    /// <param name="json">The text.</param>
    /// <param name="place">The file or option it comes from, for the error.</param>
    /// <exception cref="FathomException">The text is not JSON.</exception>
    public static JsonElement ParseJson(string json, string place)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            var line = error.LineNumber is { } number ? $", line {number + 1}" : "";
            throw new FathomException($"{place}{line}: not JSON ({error.Message.Split(". ", 2)[0]}); expected a JSON document", error);
        }
    }
}
