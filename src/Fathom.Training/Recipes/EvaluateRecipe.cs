namespace Fathom.Training.Recipes;

/// <summary>What to measure meanwhile.</summary>
public sealed record EvaluateRecipe
{
    /// <summary>Steps between evaluations; 0 (default) for the end alone.</summary>
    public int Every { get; init; }

    /// <summary>Whether to evaluate after every pass through the data; instead of <see cref="Every"/>.</summary>
    public bool EveryEpoch { get; init; }

    /// <summary>Which of two equally good evaluations is the best one: <c>first</c> (default) or <c>last</c>.</summary>
    public Ties Ties { get; init; }

    /// <summary>Which: <c>loss</c> (needs validation data), <c>accuracy</c> (needs answers), <c>label_accuracy</c> (needs answers or labels), <c>ood_auroc</c> (needs <see cref="Ood"/>). Default: loss where there is validation data.</summary>
    public IReadOnlyList<MetricKind> Metrics { get; init; } = [];

    /// <summary>Validation rows used for accuracy, from the first on. Default 100.</summary>
    public int Problems { get; init; } = 100;

    /// <summary>Tokens generated for an answer at most. Default 96, for a label 16.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>The files and detectors of <c>ood_auroc</c>.</summary>
    public OodEvaluationRecipe? Ood { get; init; }

    /// <summary>A regular expression whose first group is the answer in a text; default: <c>The answer is N</c>, else the last number.</summary>
    public string? AnswerPattern { get; init; }
}
