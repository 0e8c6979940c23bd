namespace Fathom.Models.Tracing;

/// <summary>A sample to be traced.</summary>
public sealed record TraceInput
{
    /// <summary>Place of the sample in its data set, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The sample's text as the data file has it (before the template).</summary>
    public required string Text { get; init; }

    /// <summary>The sample's label, where the data set has one.</summary>
    public string? Label { get; init; }

    /// <summary>Ids of the whole prompt, special tokens included.</summary>
    public required int[] PromptTokens { get; init; }

    /// <summary>How many of the last prompt tokens belong to the template and not to the text; default 0.</summary>
    public int SuffixTokens { get; init; }
}
