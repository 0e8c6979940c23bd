namespace Fathom.Reports;

/// <summary>Where a run stands when its report is written.</summary>
public enum ReportState
{
    /// <summary>Still at work; the report shows what is known so far.</summary>
    Running,

    /// <summary>Everything asked for is in the report.</summary>
    Complete,

    /// <summary>Ended before everything was done; the same command continues it.</summary>
    Stopped,
}
