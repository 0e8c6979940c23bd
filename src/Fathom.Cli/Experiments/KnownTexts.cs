using System.Text.Json.Nodes;
using Fathom.Formats;

namespace Fathom.Cli.Experiments;

/// <summary>The texts a model is meant for: what it is taught, what detectors are fitted on, what they are tested on.</summary>
public sealed record KnownTexts
{
    /// <summary>Name of the set.</summary>
    public string Name { get; init; } = "in_distribution";

    /// <summary>File to teach the model; default: the rows that are fitted on.</summary>
    public string? Train { get; init; }

    /// <summary>File to fit the detectors on (the bank).</summary>
    public string Fit { get; init; } = "";

    /// <summary>File to test on; default: 40 of every 100 rows of <see cref="Fit"/>, as <c>ood evaluate</c> splits.</summary>
    public string? Test { get; init; }

    /// <summary>Field with the text.</summary>
    public string? TextField { get; init; }

    /// <summary>Field with the label; default none.</summary>
    public string? LabelField { get; init; }

    /// <summary>Field with the answer, for teaching.</summary>
    public string? AnswerField { get; init; }

    /// <summary>How the files are written; default: as their names say.</summary>
    public DataFormat? Format { get; init; }

    /// <summary>Whether blanks at both ends of the texts are dropped.</summary>
    public bool Trim { get; init; }

    /// <summary>Whether rows that cannot be read are left out.</summary>
    public bool SkipMalformed { get; init; }

    /// <summary>Rows of every file to take at most, drawn once for all seeds. Default all.</summary>
    public int? Sample { get; init; }

    /// <summary>Labels by other names.</summary>
    public JsonObject Rename { get; init; } = [];

    /// <summary>Only rows of these labels, by their new names; default all.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Which classes are known; default all.</summary>
    public DrawnClasses? Classes { get; init; }

    /// <summary>Rows of every known class to teach with and to fit on, drawn by the seed; default all.</summary>
    public int? Shots { get; init; }
}
