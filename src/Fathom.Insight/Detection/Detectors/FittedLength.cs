using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedLength(LengthDetector definition, FitState state) : FittedDetector(definition, state)
{
    private protected override double Compute(Trace trace) => trace.PromptTokens.Length;

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) =>
        ("number of prompt tokens, which is the score", [new Contribution(ContributionKind.Prompt, 0, trace.PromptTokens.Length)]);
}
