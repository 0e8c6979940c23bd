using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedCosine(CosineDetector definition, FitState state, Bank bank) : FittedDetector(definition, state)
{
    private const int Shown = 5;

    private protected override double Compute(Trace trace) => ScoreOf(bank.Cosines(Query(trace)));

    private protected override double[] ComputeMany(IReadOnlyList<Trace> traces) =>
        [.. bank.LargestCosines(LastStates(traces, definition.Pooling), traces.Count, definition.Top).Select(ScoreOf)];

    private protected override double ComputeWithoutItself(Trace trace)
    {
        var query = Query(trace);
        var cosines = bank.Cosines(query);
        var own = bank.PlaceOf(trace.Index, query);
        if (own < 0) return ScoreOf(cosines);
        TraceChecks.EnsureOthers(trace, cosines.Length - 1);
        return ScoreOf([.. cosines[..own], .. cosines[(own + 1)..]]);
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"the {Shown} nearest fit samples by their place in the data, and their cosines; the score is {(definition.Top == 1 ? "the largest" : $"the mean of the {definition.Top} largest")}, negated",
        [.. bank.Cosines(Query(trace)).Select((cosine, i) => new Contribution(ContributionKind.Neighbour, bank.Indices[i], cosine)).OrderByDescending(part => part.Value).ThenBy(part => part.Index).Take(Shown)]);

    private double ScoreOf(double[] cosines)
    {
        if (definition.Top > 1) return -cosines.OrderDescending().Take(definition.Top).Average();
        var largest = -1.0;
        foreach (var cosine in cosines)
        {
            largest = Math.Max(largest, cosine);
        }

        return -largest;
    }

    private ReadOnlySpan<float> Query(Trace trace)
    {
        var last = Origin.Entries - 1;
        return TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
    }
}
