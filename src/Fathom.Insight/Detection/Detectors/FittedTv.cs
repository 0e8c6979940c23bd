using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedTv(TvDetector definition, FitState state, TrajectoryVolatility volatility) : FittedDetector(definition, state)
{
    public TvOptions Options => definition.Options;

    private protected override double Compute(Trace trace) => Volatility(trace).Score;

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace)
    {
        var parts = Volatility(trace);
        var changes = parts.Changes;
        return (
            "layer l: |f(l) - f(l-1)| divided by the number of layers, f the distance to the in-distribution Gaussian; the sum is the score (before rounding)",
            [.. changes.Select((change, i) => new Contribution(ContributionKind.Layer, parts.FirstLayer + 1 + i, change / changes.Count))]);
    }

    public TvTrace Volatility(Trace trace) =>
        volatility.Compute(Trajectory.Of(TraceChecks.States(trace, definition.Options.Pooling, Origin)));
}
