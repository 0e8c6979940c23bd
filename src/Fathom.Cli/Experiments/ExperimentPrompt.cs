using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Experiments;

/// <summary>How a text becomes a prompt, and what is looked at.</summary>
public sealed record ExperimentPrompt
{
    /// <summary>The prompt with <c>{text}</c> where the text goes, <c>\n</c> a line break; or the name of one of LLM-OOD's: <c>normal</c>, <c>instruct_banking</c>, … (<see cref="LlmOodTemplates"/>); default: the model's chat template, or <c>Q: {question}\nA:</c>.</summary>
    public string? Template { get; init; }

    /// <summary>The same without names.</summary>
    internal string? Text => Template is { } name && LlmOodTemplates.Names.Contains(name) ? LlmOodTemplates.Get(name).Replace("\n", "\\n", StringComparison.Ordinal) : Template;

    /// <summary>Tokens to generate at most. Default 16.</summary>
    public int MaxNewTokens { get; init; } = 16;

    /// <summary>What stands for a text in <c>cosine</c>, <c>knn</c> and <c>mahalanobis</c>: <c>last</c>, <c>avg</c> or <c>text_last</c>. Default last.</summary>
    public string Embedding { get; init; } = "last";
}
