namespace Fathom.Training.Recipes;

/// <summary>What is learnt from: files or generated problems.</summary>
public sealed record DataRecipe
{
    /// <summary>The data file to learn from.</summary>
    public string? Train { get; init; }

    /// <summary>A data file that is only measured on.</summary>
    public string? Validation { get; init; }

    /// <summary>How a row becomes a text: field names in braces, <c>\n</c> a line break. <c>{question}</c> and <c>{text}</c> mean the text field, <c>{answer}</c> the answer field; the answer begins with the blank before its place.</summary>
    public string? Template { get; init; }

    /// <summary>Field with the text.</summary>
    public string? TextField { get; init; }

    /// <summary>Field with the answer.</summary>
    public string? AnswerField { get; init; }

    /// <summary>Field with the label, for classification.</summary>
    public string? LabelField { get; init; }

    /// <summary>Whether the whole text is learnt or the answer alone. Default all.</summary>
    public LearnFrom LearnFrom { get; init; }

    /// <summary>Tokens of a sample at most; what is longer is cut. Default: the model's context.</summary>
    public int? MaxLength { get; init; }

    /// <summary>What is cut of a longer sample: <c>end</c> (default), or <c>text</c>: the end of the text field alone, so that the template around it and the answer stay whole.</summary>
    public Cut Cut { get; init; }

    /// <summary>Rows of every class to learn from and to measure on (few-shot): drawn for each class with <see cref="ShotsSeed"/> as the code released with LLM-OOD draws them. Default all.</summary>
    public int? Shots { get; init; }

    /// <summary>Seed of the few-shot draw. Default 1.</summary>
    public int? ShotsSeed { get; init; }

    /// <summary>Whether blanks at both ends of a file's texts are dropped. Default false.</summary>
    public bool Trim { get; init; }

    /// <summary>Rows to read at most, of those that <see cref="Take"/> leaves.</summary>
    public int? Limit { get; init; }

    /// <summary>Which rows of the training file to learn from. Default all.</summary>
    public TakeRecipe? Take { get; init; }

    /// <summary>Which rows of the validation file to measure on. Default all.</summary>
    public TakeRecipe? ValidationTake { get; init; }

    /// <summary>Problems made by the tool instead of a training file.</summary>
    public GeneratorRecipe? Generator { get; init; }

    /// <summary>Problems made by the tool instead of a validation file.</summary>
    public GeneratorRecipe? ValidationGenerator { get; init; }
}
