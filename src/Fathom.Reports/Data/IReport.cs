namespace Fathom.Reports;

/// <summary>What every report shows around its own sections.</summary>
public interface IReport
{
    /// <summary>Heading of the page.</summary>
    string Title { get; }

    /// <summary>The finding in one sentence; empty while there is none.</summary>
    string Summary { get; }

    /// <summary>How far the run has come.</summary>
    ReportProgress Progress { get; }

    /// <summary>Things the reader must know before trusting the numbers.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Settings of the run.</summary>
    IReadOnlyList<ReportFact> Settings { get; }

    /// <summary>Hashes of the files the numbers depend on.</summary>
    IReadOnlyList<ReportFact> Hashes { get; }

    /// <summary>When the report was made, to be printed; <see langword="null"/> (the default) prints nothing, so equal runs give equal files.</summary>
    DateTimeOffset? WrittenAt { get; }
}
