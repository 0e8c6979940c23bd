using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedMcDropout(McDropoutDetector definition, FitState state) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace)
    {
        var sum = 0.0;
        foreach (var part in Squares(trace))
        {
            sum += part;
        }

        return sum;
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        "pass j: squared deviation of the output's mean log-probability from its mean over the passes, divided by the number of passes; the sum is the score",
        [.. Squares(trace).Select((value, j) => new Contribution(ContributionKind.Pass, j, value))]);

    private double[] Squares(Trace trace)
    {
        var passes = TraceChecks.DropoutPasses(trace, definition.Options.Passes);
        var mean = 0.0;
        foreach (var value in passes)
        {
            mean += value;
        }

        mean /= passes.Length;
        return [.. passes.Select(value => (value - mean) * (value - mean) / passes.Length)];
    }
}
