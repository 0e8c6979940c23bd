namespace Fathom.Cli.Experiments;

/// <summary>A text with what is known of it.</summary>
internal sealed record ExperimentText(string Text, string? Label, string? Answer);
