using System.CommandLine;

namespace Fathom.Cli.CommandLine;

/// <summary>How a text becomes a prompt and how far its answer goes.</summary>
internal static class PromptFlags
{
    public static readonly Option<string> Template = new("--template")
    {
        Description = "The prompt with {question} (or {text}, or the text field's name) where the text goes, and nothing around it; \\n is a line break. "
            + "Default: the model's chat template with the text as one user message; for a model without one, 'Q: {question}\\nA:'.",
        HelpName = "T",
    };

    public static readonly Option<int?> MaxNewTokens = Numbers.AtLeast("--max-new-tokens", 1, "Tokens to generate at most (default: 16).");
}
