using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Detection;

/// <summary>What a definition becomes a fitted detector from.</summary>
internal sealed record FitState(TraceOrigin Origin, int FitCount, IReadOnlyDictionary<StatisticKey, Statistic> Statistics)
{
    public LayerGaussian Gaussian(MomentsKey key) => ((Moments)Statistics[key]).Gaussian;

    public Bank Bank(BankKey key) => (Bank)Statistics[key];
}
