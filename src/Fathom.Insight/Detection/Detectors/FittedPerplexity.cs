using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedPerplexity(PerplexityDetector definition, FitState state) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace)
    {
        var sum = 0.0;
        var logs = LogProbabilities(trace);
        foreach (var log in logs)
        {
            sum += log;
        }

        return StableMath.Exp(-sum / logs.Length);
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace)
    {
        var logs = LogProbabilities(trace).ToArray();
        return (
            "token t: its negative log-probability divided by the number of tokens; the score is e to the sum",
            [.. logs.Select((log, t) => new Contribution(ContributionKind.Token, t, -log / logs.Length))]);
    }

    // A log-probability a rounding error above 0 is the kernel's, not the trace's fault.
    private static ReadOnlySpan<double> LogProbabilities(Trace trace) => TraceChecks.PerToken(trace, trace.LogProbabilities, "log_probabilities", double.MinValue, 1e-4);
}
