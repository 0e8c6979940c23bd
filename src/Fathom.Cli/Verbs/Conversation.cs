using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Tokenizers;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Cli.Verbs;

/// <summary>A conversation from files, rendered through a chat template.</summary>
internal static class Conversation
{
    public static readonly Option<string> Messages = new("--messages") { Description = "A conversation: a JSON array of messages with role and content.", HelpName = "FILE" };
    public static readonly Option<string> Tools = new("--tools") { Description = "A JSON array of tool descriptions for the template.", HelpName = "FILE" };
    public static readonly Option<bool> RenderOnly = new("--render") { Description = "Print the templated text only." };
    public static readonly Option<string> ChatTemplateFile = new("--chat-template") { Description = "A Jinja template to use instead of the model's own.", HelpName = "FILE" };
    public static readonly Option<string> Variables = new("--template-variables") { Description = "A JSON object of further variables for the template.", HelpName = "FILE" };
    public static readonly Option<string> Clock = new("--clock") { Description = "The time a template that asks is told, as in 2025-03-14T15:09:26.", HelpName = "TIME" };
    public static readonly Option<bool> NoGenerationPrompt = new("--no-generation-prompt") { Description = "Leave out the opening of the answer." };

    /// <summary>All of them.</summary>
    public static readonly Option[] Options = [Messages, Tools, RenderOnly, ChatTemplateFile, Variables, Clock, NoGenerationPrompt];

    /// <summary>Refuses options of a conversation where there is none.</summary>
    public static void CheckUsage(VerbContext context)
    {
        if (!context.Has(Messages) && Options.FirstOrDefault(context.Has) is { } stray)
        {
            throw new UsageException($"{stray.Name} goes with --messages FILE");
        }
    }

    /// <summary>Whether the text is wanted alone, of a template that is given: nothing of a tokenizer is asked for.</summary>
    public static bool NeedsNoTokenizer(VerbContext context) => context.Get(RenderOnly) && context.Has(ChatTemplateFile);

    /// <summary>The conversation as the template writes it.</summary>
    /// <exception cref="FathomException">A file cannot be read, there is no template, or it fails.</exception>
    public static string Render(VerbContext context, Tokenizer? tokenizer, string tokenizerName)
    {
        var named = context.Get(ChatTemplateFile);
        var source = named is not null
            ? ReadText(named)
            : tokenizer?.ChatTemplate ?? throw new FathomException($"{tokenizerName}: has no chat template; give one with --chat-template FILE");
        var variables = context.Get(Variables) is { } file ? ReadVariables(file) : new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var place = context.Get(Variables) ?? "";
        var input = new ChatTemplateInput(ReadJson(context.Get(Messages)!))
        {
            // What apply_chat_template calls arguments may stand among the variables.
            Tools = context.Get(Tools) is { } tools ? ReadJson(tools) : Take(variables, "tools"),
            Documents = Take(variables, "documents"),
            ContinueFinalMessage = TakeFlag(variables, "continue_final_message", place) ?? false,
            AddGenerationPrompt = (TakeFlag(variables, "add_generation_prompt", place) ?? true) && !context.Get(NoGenerationPrompt),
            SpecialTokens = tokenizer is null ? new Dictionary<string, string>(StringComparer.Ordinal) : ChatPrompt.SpecialTokensOf(tokenizer),
            Variables = variables,
            Clock = ReadClock(context),
        };
        return ChatTemplate.Parse(source, named).Render(input).Text;
    }

    private static Dictionary<string, JsonElement> ReadVariables(string path)
    {
        var json = ReadJson(path);
        return json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.Clone(), StringComparer.Ordinal)
            : throw new FathomException($"{path}: expected a JSON object of variables");
    }

    private static JsonElement? Take(Dictionary<string, JsonElement> variables, string name) => variables.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool? TakeFlag(Dictionary<string, JsonElement> variables, string name, string place) => Take(variables, name)?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FathomException($"{place}: {name} must be true or false"),
    };

    private static TimeProvider ReadClock(VerbContext context)
    {
        if (context.Get(Clock) is not { } text)
        {
            return context.Time;
        }

        return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new StandingClock(time)
            : throw new UsageException($"--clock {text}: expected a time such as 2025-03-14T15:09:26");
    }

    private static JsonElement ReadJson(string path) => ChatTemplateInput.ParseJson(ReadText(path), path);

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read ({exception.Message})", exception);
        }
    }
}
