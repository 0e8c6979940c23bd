using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedMahalanobis(MahalanobisDetector definition, FitState state, ClassGaussians gaussians) : FittedDetector(definition, state)
{
    private const int Shown = 5;

    private protected override double Compute(Trace trace) => Distances(trace).Min();

    private protected override double[] ComputeMany(IReadOnlyList<Trace> traces)
    {
        var vectors = Array.ConvertAll(LastStates(traces, definition.Pooling), static value => (double)value);
        return [.. gaussians.Gaussian.Distances(vectors, traces.Count).Chunk(gaussians.Labels.Length).Select(static distances => distances.Min())];
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"the nearest classes ({string.Join(", ", gaussians.Labels.Take(20))}{(gaussians.Labels.Length > 20 ? ", ..." : "")}; in ordinal order, from 0) and the squared distances to them; the score is the smallest",
        [.. Distances(trace).Select((distance, c) => new Contribution(ContributionKind.Class, c, distance)).OrderBy(part => part.Value).ThenBy(part => part.Index).Take(Shown)]);

    private double[] Distances(Trace trace)
    {
        var last = Origin.Entries - 1;
        var point = TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
        var vector = new double[point.Length];
        for (var j = 0; j < vector.Length; j++)
        {
            vector[j] = point[j];
        }

        return gaussians.Gaussian.Distances(vector);
    }
}
