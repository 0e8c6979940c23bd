namespace Fathom.Training.Recipes;

/// <summary>How well detectors tell data sets apart while a model is taught.</summary>
public sealed record OodEvaluationRecipe
{
    /// <summary>Data file the detectors are fitted on; default: the validation data.</summary>
    public string? Bank { get; init; }

    /// <summary>Data file with other texts of the task.</summary>
    public string? Id { get; init; }

    /// <summary>Data file with texts of something else.</summary>
    public string? Ood { get; init; }

    /// <summary>Names of detectors that need no output. Default <c>cosine</c>.</summary>
    public IReadOnlyList<string> Detectors { get; init; } = ["cosine"];

    /// <summary>What stands for a text in cosine, knn and mahalanobis: <c>last</c>, the last prompt token (default), or <c>mean</c>, the mean over the prompt.</summary>
    public string Embedding { get; init; } = "last";

    /// <summary>Rows of each file at most. Default all.</summary>
    public int? Limit { get; init; }
}
