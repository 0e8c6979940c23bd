namespace Fathom.Insight.Metrics;

/// <summary>Intervals of the metrics of one comparison.</summary>
/// <param name="Auroc">Interval of <see cref="DetectionMetrics.Auroc"/>.</param>
/// <param name="Fpr95">Interval of <see cref="DetectionMetrics.Fpr95"/>.</param>
/// <param name="AuprIn">Interval of <see cref="DetectionMetrics.AuprIn"/>.</param>
/// <param name="AuprOut">Interval of <see cref="DetectionMetrics.AuprOut"/>.</param>
public sealed record MetricIntervals(Interval Auroc, Interval Fpr95, Interval AuprIn, Interval AuprOut);
