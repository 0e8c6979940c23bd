using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedLogits(LogitDetector definition, FitState state) : FittedDetector(definition, state)
{
    private const int Shown = 5;

    private protected override double Compute(Trace trace) => definition.Score switch
    {
        LogitScore.Softmax => -ClassLogits.Softmax(Logits(trace), LogSumExp(trace)),
        LogitScore.SoftmaxClasses => -ClassLogits.SoftmaxOverClasses(Logits(trace)),
        LogitScore.Energy => -ClassLogits.Energy(Logits(trace)),
        LogitScore.FullSoftmax => -First(trace, trace.MaxProbabilities, "max_probabilities", 1.0001),
        _ => First(trace, trace.Entropies, "entropies", double.MaxValue),
    };

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace)
    {
        if (!definition.NeedsClassLogits) return ("the distribution the first generated token was taken from, which is the score", [new Contribution(ContributionKind.Prompt, 0, Compute(trace))]);
        var logits = Logits(trace);
        var (meaning, values) = definition.Score switch
        {
            LogitScore.Softmax => ("the likeliest classes, in the order of the class tokens, from 0, and their probabilities; the largest, negated, is the score", ClassLogits.Probabilities(logits, LogSumExp(trace))),
            LogitScore.SoftmaxClasses => ("the likeliest classes, in the order of the class tokens, from 0, and their probabilities among the classes; the largest, negated, is the score", ClassLogits.Probabilities(logits)),
            _ => ("the classes of the largest logits, in the order of the class tokens, from 0, and these logits; the log of the sum of e to all of them, negated, is the score", logits),
        };
        return (meaning, [.. values.Select((value, c) => new Contribution(ContributionKind.Class, c, value)).OrderByDescending(static part => part.Value).ThenBy(static part => part.Index).Take(Shown)]);
    }

    private double[] Logits(Trace trace) => TraceChecks.ClassLogits(trace, Origin);

    private static double LogSumExp(Trace trace) => trace.PromptLogSumExp is { } sum && double.IsFinite(sum)
        ? sum
        : throw new FathomException($"{TraceChecks.Name(trace)}: prompt_log_sum_exp is {trace.PromptLogSumExp?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"}; expected a finite number: trace again with class tokens");

    private static double First(Trace trace, double[] values, string what, double high) => TraceChecks.PerToken(trace, values, what, 0, high)[0];
}
