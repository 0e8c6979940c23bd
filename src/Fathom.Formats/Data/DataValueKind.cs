namespace Fathom.Formats;

/// <summary>What a field of a row is. CSV, TSV and text files have strings only.</summary>
public enum DataValueKind
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>A JSON <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A JSON <c>null</c>.</summary>
    Null,

    /// <summary>A JSON array or object.</summary>
    Nested,
}
