namespace Fathom.Cli.Models;

/// <summary>One row of a data set with its prompt's tokens.</summary>
internal sealed record Sample(int Index, string Text, string? Label, string? Answer, int[] PromptTokens);
