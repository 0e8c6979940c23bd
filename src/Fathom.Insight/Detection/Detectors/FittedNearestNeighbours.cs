using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedNearestNeighbours(NearestNeighboursDetector definition, FitState state, Bank bank) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace) => Nearest(Query(trace), without: -1)[^1].Value;

    private protected override double[] ComputeMany(IReadOnlyList<Trace> traces)
    {
        var queries = LastStates(traces, definition.Pooling);
        return definition.Normalised
            ? [.. bank.LargestCosines(queries, traces.Count, definition.Neighbours).Select(static cosines => DistanceOf(cosines[^1]))]
            : [.. bank.SmallestDistances(queries, traces.Count, definition.Neighbours).Select(static distances => distances[^1])];
    }

    private protected override double ComputeWithoutItself(Trace trace)
    {
        var query = Query(trace);
        var own = bank.PlaceOf(trace.Index, query);
        TraceChecks.EnsureOthers(trace, own < 0 ? bank.Count : bank.Count - 1);
        return Nearest(query, own)[^1].Value;
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) =>
        ("the nearest fit samples by their place in the data, and their distances; the score is the last", Nearest(Query(trace), without: -1));

    private Contribution[] Nearest(ReadOnlySpan<float> query, int without)
    {
        var distances = definition.Normalised ? bank.Cosines(query).Select(DistanceOf) : bank.Distances(query);
        return
        [
            .. distances
                .Select((distance, i) => (Item: i, Part: new Contribution(ContributionKind.Neighbour, bank.Indices[i], distance)))
                .Where(item => item.Item != without)
                .Select(static item => item.Part)
                .OrderBy(static part => part.Value).ThenBy(static part => part.Index)
                .Take(definition.Neighbours),
        ];
    }

    private static double DistanceOf(double cosine) => Math.Sqrt(Math.Max(0, 2 - 2 * cosine));

    private ReadOnlySpan<float> Query(Trace trace)
    {
        var last = Origin.Entries - 1;
        return TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
    }
}
