namespace Fathom.Cli.Runs;

/// <summary>
/// A prompt with a place for the text, exactly as <c>--template</c> says it: <c>{question}</c>, <c>{text}</c> or the name of the text
/// field stands for the text, <c>\n</c> for a line break, everything else for itself.
/// </summary>
internal sealed class PromptTemplate
{
    /// <summary>For models without a chat template.</summary>
    public const string QuestionAndAnswer = "Q: {question}\\nA:";

    private readonly string[] _around;

    private PromptTemplate(string source, string[] around)
    {
        Source = source;
        _around = around;
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="UsageException">It has no place for the text.</exception>
    public static PromptTemplate Parse(string source, string? textField = null)
    {
        const string Place = "\0";
        var text = source.Replace("\\n", "\n", StringComparison.Ordinal).Replace("{question}", Place, StringComparison.Ordinal).Replace("{text}", Place, StringComparison.Ordinal);
        if (!string.IsNullOrEmpty(textField))
        {
            text = text.Replace("{" + textField + "}", Place, StringComparison.Ordinal);
        }

        var around = text.Split(Place);
        return around.Length > 1
            ? new PromptTemplate(source, around)
            : throw new UsageException($"--template '{source}': has no {{question}} or {{text}} for the text to go");
    }

    /// <summary>The prompt of a text.</summary>
    public string Apply(string text) => string.Join(text, _around);
}
