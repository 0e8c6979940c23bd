namespace Fathom.Insight.Metrics;

/// <summary>To which bin a probability on the edge of two belongs.</summary>
public enum BinEdges
{
    /// <summary>The lower one: (a, b]; 0 belongs to the first. The usual convention of calibration errors.</summary>
    RightClosed,

    /// <summary>The upper one: [a, b); 1 belongs to the last.</summary>
    LeftClosed,
}
