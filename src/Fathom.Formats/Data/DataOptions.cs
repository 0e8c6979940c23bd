namespace Fathom.Formats;

/// <summary>How to read a data set.</summary>
public sealed record DataOptions
{
    /// <summary>How the rows are written. By default the name of the file says (a <c>.gz</c> at its end aside).</summary>
    public DataFormat? Format { get; init; }

    /// <summary>Field with the text. By default the first that the first row has of <c>question</c>, <c>text</c>, <c>sentence</c>, <c>prompt</c>, <c>input</c>, <c>content</c>, <c>instruction</c>.</summary>
    public string? TextField { get; init; }

    /// <summary>Field with the label; every row must have it. By default <c>label</c>, where a row has it.</summary>
    public string? LabelField { get; init; }

    /// <summary>Field with the answer; every row must have it. By default <c>answer</c>, where a row has it.</summary>
    public string? AnswerField { get; init; }

    /// <summary>Whether blanks and line breaks at both ends of the text are dropped. By default a text is taken exactly as it stands.</summary>
    public bool Trim { get; init; }

    /// <summary>Rows to read at most; by default all.</summary>
    public int? Limit { get; init; }

    /// <summary>Called with every malformed row, which is then left out. By default a malformed row is an error that names its line.</summary>
    public Action<MalformedRow>? OnMalformed { get; init; }
}
