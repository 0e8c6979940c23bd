using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedCosine(CosineDetector definition, FitState state, Bank bank) : FittedDetector(definition, state)
{
    private const int Shown = 5;

    private protected override double Compute(Trace trace)
    {
        var cosines = Cosines(trace);
        if (definition.Top > 1) return -cosines.OrderDescending().Take(definition.Top).Average();
        var largest = -1.0;
        foreach (var cosine in cosines)
        {
            largest = Math.Max(largest, cosine);
        }

        return -largest;
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"the {Shown} nearest fit samples by their place in the data, and their cosines; the score is {(definition.Top == 1 ? "the largest" : $"the mean of the {definition.Top} largest")}, negated",
        [.. Cosines(trace).Select((cosine, i) => new Contribution(ContributionKind.Neighbour, bank.Indices[i], cosine)).OrderByDescending(part => part.Value).ThenBy(part => part.Index).Take(Shown)]);

    private double[] Cosines(Trace trace)
    {
        var last = Origin.Entries - 1;
        return bank.Cosines(TraceChecks.States(trace, definition.Pooling, Origin, last)[last]);
    }
}
