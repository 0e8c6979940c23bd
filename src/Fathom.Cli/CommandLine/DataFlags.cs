using System.CommandLine;
using Fathom.Formats;

namespace Fathom.Cli.CommandLine;

/// <summary>How data files are read, the same for every verb that takes one.</summary>
internal static class DataFlags
{
    public static readonly Option<string> Data = new("--data") { Description = "Data file: .jsonl, .csv, .tsv, .txt, or gzip of one.", HelpName = "FILE", Required = true };

    public static readonly Option<string> TextField = new("--text-field") { Description = "Name of the field with the text (default: question, text, sentence, prompt, input, content or instruction, whichever the first row has).", HelpName = "NAME" };

    public static readonly Option<string> LabelField = new("--label-field") { Description = "Name of the field with the label.", HelpName = "NAME" };

    public static readonly Option<string> AnswerField = new("--answer-field") { Description = "Name of the field with the right answer.", HelpName = "NAME" };

    public static readonly Option<int?> Limit = Numbers.AtLeast("--limit", 1, "Read only the first N samples of each file.");

    public static readonly Option<bool> Trim = new("--trim") { Description = "Drop blanks at both ends of every text; in some public sets they alone give the set away." };

    /// <summary>The reader's options as the command line gives them.</summary>
    public static DataOptions OptionsOf(VerbContext context) => new()
    {
        TextField = context.Get(TextField),
        LabelField = context.Get(LabelField),
        AnswerField = context.Get(AnswerField),
        Limit = context.Get(Limit),
        Trim = context.Get(Trim),
    };
}
