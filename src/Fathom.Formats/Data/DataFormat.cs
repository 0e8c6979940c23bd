namespace Fathom.Formats;

/// <summary>How the rows of a data file are written; by default the file's name says.</summary>
public enum DataFormat
{
    /// <summary>One JSON object a line (<c>.jsonl</c>, <c>.ndjson</c>).</summary>
    JsonLines,

    /// <summary>One JSON array of objects, or one object a line (<c>.json</c>).</summary>
    Json,

    /// <summary>Comma-separated, quoted as in RFC 4180, with a header (<c>.csv</c>).</summary>
    Csv,

    /// <summary>Tab-separated, with a header and without quoting (<c>.tsv</c>).</summary>
    Tsv,

    /// <summary>One text a line, exactly as it stands (<c>.txt</c>); its only field is <c>text</c>.</summary>
    Text,

    /// <summary>A label, a space and the text (<c>.data</c>, as SST-2 comes); fields <c>label</c> and <c>text</c>.</summary>
    LabelledText,
}
