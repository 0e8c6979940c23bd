namespace Fathom.Cli.Models;

/// <summary>One row of a data set with its prompt's tokens, the last <paramref name="SuffixTokens"/> of them the template's (0 where nobody asked).</summary>
internal sealed record Sample(int Index, string Text, string? Label, string? Answer, int[] PromptTokens, int SuffixTokens = 0);
