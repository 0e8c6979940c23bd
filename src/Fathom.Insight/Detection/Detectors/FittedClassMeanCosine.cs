using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedClassMeanCosine(ClassMeanCosineDetector definition, FitState state, ClassMeans means) : FittedDetector(definition, state)
{
    private const int Shown = 5;

    private protected override double Compute(Trace trace) => -Cosines(trace).Max();

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"the nearest classes ({string.Join(", ", means.Labels.Take(20))}{(means.Labels.Length > 20 ? ", ..." : "")}; in ordinal order, from 0) and the cosines to their means; the score is the largest, negated",
        [.. Cosines(trace).Select((cosine, c) => new Contribution(ContributionKind.Class, c, cosine)).OrderByDescending(static part => part.Value).ThenBy(static part => part.Index).Take(Shown)]);

    private double[] Cosines(Trace trace)
    {
        var last = Origin.Entries - 1;
        var point = TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
        var vector = new double[point.Length];
        for (var j = 0; j < vector.Length; j++) vector[j] = point[j];
        return means.Cosines(vector);
    }
}
