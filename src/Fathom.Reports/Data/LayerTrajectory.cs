namespace Fathom.Reports;

/// <summary>The picture that explains the method: a quantity layer by layer, for questions known and unknown.</summary>
/// <param name="Title">Heading of the chart.</param>
/// <param name="Quantity">What the vertical axis shows, with its unit.</param>
/// <param name="InDistribution">The in-distribution set.</param>
/// <param name="OutOfDistribution">Every out-of-distribution set.</param>
public sealed record LayerTrajectory(
    string Title,
    string Quantity,
    LayerBand InDistribution,
    IReadOnlyList<LayerBand> OutOfDistribution)
{
    /// <summary>Plain-language caption; empty for the default one.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Scale of the vertical axis.</summary>
    public AxisScale Scale { get; init; }
}
