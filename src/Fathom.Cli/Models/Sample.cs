namespace Fathom.Cli.Models;

/// <summary>One row of a data set with its prompt's tokens, the last <paramref name="SuffixTokens"/> of them the template's (0 where nobody asked).</summary>
internal sealed record Sample(int Index, string Text, string? Label, string? Answer, int[] PromptTokens, int SuffixTokens = 0)
{
    /// <summary>Its group, where detectors have thresholds by group; null where the row has none.</summary>
    public string? Group { get; init; }
}
