using System.CommandLine;

namespace Fathom.Cli.CommandLine;

/// <summary>How data files are read, the same for every verb that takes one.</summary>
internal static class DataOptions
{
    public static readonly Option<string> Data = new("--data") { Description = "Data file: .jsonl, .csv, .tsv, .txt, or gzip of one.", HelpName = "FILE", Required = true };

    public static readonly Option<string> TextField = new("--text-field") { Description = "Name of the field with the text (default: question, text, prompt, sentence or input, whichever the file has).", HelpName = "NAME" };

    public static readonly Option<string> LabelField = new("--label-field") { Description = "Name of the field with the label.", HelpName = "NAME" };

    public static readonly Option<string> AnswerField = new("--answer-field") { Description = "Name of the field with the right answer.", HelpName = "NAME" };

    public static readonly Option<int?> Limit = Numbers.AtLeast("--limit", 1, "Read only the first N samples of each file.");
}
