using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates.Jinja;

namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>
/// A model's chat template: renders a conversation as transformers' <c>apply_chat_template</c> does, which is more than
/// rendering. Keys whose value is null are dropped from messages; <c>reasoning_content</c>, <c>thinking</c> and
/// <c>reasoning</c> are filled from each other; <c>tools</c> and <c>documents</c> are none where absent.
/// </summary>
public sealed class ChatTemplate
{
    private readonly JinjaTemplate _template;

    private ChatTemplate(JinjaTemplate template) => _template = template;

    /// <summary>The template's text.</summary>
    public string Source => _template.Source;

    /// <summary>The name errors call it by, or <see langword="null"/>.</summary>
    public string? Name => _template.Name;

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">What errors shall call it: a file, a model.</param>
    /// <param name="limits">Bounds for every rendering; <see cref="TemplateLimits.Default"/> where null.</param>
    /// <exception cref="TemplateException">The text is not a template; says line and tag.</exception>
    public static ChatTemplate Parse(string source, string? name = null, TemplateLimits? limits = null) => new(JinjaTemplate.Parse(source, name, limits));

    /// <summary>Renders a conversation.</summary>
    /// <exception cref="TemplateException">The template failed (<c>raise_exception</c> included), or the input does not fit: an empty conversation, both ways to end it.</exception>
    public RenderedChat Render(ChatTemplateInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.AddGenerationPrompt && input.ContinueFinalMessage)
        {
            throw Fail("ValueError", "continue_final_message and add_generation_prompt are not compatible. Use continue_final_message when you want the model to continue the final message, and add_generation_prompt when you want to add a header that will prompt it to start a new assistant message instead.");
        }

        var messages = Conversation.Read(input.Messages, Fail);
        if (messages.Count == 0) throw Fail("ValueError", "Cannot apply chat template to an empty conversation. Provide at least one message.");
        var continued = input.ContinueFinalMessage ? ContinuedMessage.Tag(messages, Fail) : null;
        var variables = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, token) in input.SpecialTokens) variables[name] = new StringValue(token);
        foreach (var (name, value) in input.Variables) variables[name] = JsonValues.Convert(value);
        variables["messages"] = new ListValue([.. messages]);
        variables["tools"] = Optional(input.Tools, "tools");
        variables["documents"] = Documents(input.Documents);
        variables["add_generation_prompt"] = BoolValue.Of(input.AddGenerationPrompt);
        var rendered = _template.Render(variables, input.Clock);
        return continued is null ? rendered : continued.Cut(rendered, Fail);
    }

    private TemplateException Fail(string errorClass, string detail) => new TemplateException(errorClass, detail).At(Name, null, null);

    private Value Optional(JsonElement? json, string what)
    {
        if (json is not { } element || element.ValueKind == JsonValueKind.Null) return NoneValue.Instance;
        if (element.ValueKind != JsonValueKind.Array) throw Fail("TypeError", $"{what} must be a JSON array, not {element.ValueKind}");
        return JsonValues.Convert(element);
    }

    private Value Documents(JsonElement? json)
    {
        var documents = Optional(json, "documents");
        if (documents is ListValue list && Array.Exists(list.Items, static d => d is not DictValue)) throw Fail("TypeError", "Documents should be a list of dicts with 'title' and 'text' keys!");
        return documents;
    }
}
