using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedMsp(MspDetector definition, FitState state) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace)
    {
        double sum = 0, least = 1, product = 1;
        var probabilities = Probabilities(trace);
        foreach (var probability in probabilities)
        {
            sum += probability;
            least = Math.Min(least, probability);
            product *= probability;
        }

        return -(definition.Variant switch
        {
            MspVariant.Mean => sum / probabilities.Length,
            MspVariant.Min => least,
            _ => product,
        });
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace)
    {
        var probabilities = Probabilities(trace).ToArray();
        var divisor = definition.Variant == MspVariant.Mean ? probabilities.Length : 1;
        var meaning = definition.Variant switch
        {
            MspVariant.Mean => "token t: its negated maximum probability divided by the number of tokens; the sum is the score",
            MspVariant.Min => "token t: its negated maximum probability; the largest is the score",
            _ => "token t: its negated maximum probability; the negated product of their magnitudes is the score",
        };
        return (meaning, [.. probabilities.Select((probability, t) => new Contribution(ContributionKind.Token, t, -probability / divisor))]);
    }

    private static ReadOnlySpan<double> Probabilities(Trace trace) => TraceChecks.PerToken(trace, trace.MaxProbabilities, "max_probabilities", 0, 1.0001);
}
