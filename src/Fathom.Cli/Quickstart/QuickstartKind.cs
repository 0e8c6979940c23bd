namespace Fathom.Cli.Quickstart;

/// <summary>How far a set is from what the quickstart's model was taught.</summary>
internal enum QuickstartKind
{
    /// <summary>Problems as it was taught, with numbers it never saw together.</summary>
    Own,

    /// <summary>Problems too, but longer, with larger numbers, or told in other words.</summary>
    Near,

    /// <summary>No problems of this kind at all.</summary>
    Far,
}
