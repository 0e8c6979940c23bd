using Fathom.Formats;

namespace Fathom.Cli.Experiments;

/// <summary>A set of texts of another kind.</summary>
public sealed record ForeignTexts
{
    /// <summary>Name of the set.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its files, one after the other.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Field with the text.</summary>
    public string? TextField { get; init; }

    /// <summary>Field with the label, for <see cref="Labels"/>.</summary>
    public string? LabelField { get; init; }

    /// <summary>Only rows of these labels; default all.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>How the files are written; default: as their names say.</summary>
    public DataFormat? Format { get; init; }

    /// <summary>Whether blanks at both ends of the texts are dropped.</summary>
    public bool Trim { get; init; }

    /// <summary>Whether rows that cannot be read are left out.</summary>
    public bool SkipMalformed { get; init; }

    /// <summary>Rows to take at most, drawn once for all seeds. Default all.</summary>
    public int? Sample { get; init; }
}
