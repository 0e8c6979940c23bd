namespace Fathom.Models.Tracing;

/// <summary>Where the text ends and the template goes on.</summary>
public static class PromptSuffix
{
    /// <summary>
    /// How many of the prompt's last tokens are the template's: those after the longest beginning that the prompt shares with the
    /// same prompt cut off behind the text. Computed for every sample, since tokens may run together at the seam.
    /// </summary>
    /// <param name="prompt">Tokens of the whole prompt.</param>
    /// <param name="withoutSuffix">Tokens of the prompt up to the end of the text, special tokens alike.</param>
    public static int Length(ReadOnlySpan<int> prompt, ReadOnlySpan<int> withoutSuffix) => prompt.Length - prompt.CommonPrefixLength(withoutSuffix);
}
