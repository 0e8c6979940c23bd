using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedNearestNeighbours(NearestNeighboursDetector definition, FitState state, Bank bank) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace) => Nearest(trace)[^1].Value;

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) =>
        ("the nearest fit samples by their place in the data, and their distances; the score is the last", Nearest(trace));

    private Contribution[] Nearest(Trace trace)
    {
        var last = Origin.Entries - 1;
        var query = TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
        var distances = definition.Normalised ? bank.Cosines(query).Select(static cosine => Math.Sqrt(Math.Max(0, 2 - 2 * cosine))) : bank.Distances(query);
        return
        [
            .. distances
                .Select((distance, i) => new Contribution(ContributionKind.Neighbour, bank.Indices[i], distance))
                .OrderBy(static part => part.Value).ThenBy(static part => part.Index)
                .Take(definition.Neighbours),
        ];
    }
}
