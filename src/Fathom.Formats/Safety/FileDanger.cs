namespace Fathom.Formats;

/// <summary>What opening a file could do.</summary>
public enum FileDanger
{
    /// <summary>Nothing: its format holds data only, and it keeps the format's rules.</summary>
    None,

    /// <summary>It is damaged or lies about itself: this library refuses it, careless readers may crash or worse.</summary>
    Damaged,

    /// <summary>Other programs would run code from it. This library never does.</summary>
    Code,

    /// <summary>A format that this library does not look into.</summary>
    NotExamined,
}
