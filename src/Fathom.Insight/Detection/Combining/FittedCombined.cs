using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedCombined(CombinedDetector definition, FitState state, IReadOnlyList<FittedDetector> members, MemberReferences? references) : FittedDetector(definition, state)
{
    public IReadOnlyList<FittedDetector> Members => members;

    /// <summary>The combined score of the members' scores.</summary>
    public double Combine(ReadOnlySpan<double> scores)
    {
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++) sum += Surprise(i, scores[i]);
        return sum;
    }

    private protected override double Compute(Trace trace) => Combine([.. members.Select(member => member.Score(trace))]);

    private protected override double ComputeWithoutItself(Trace trace) => Combine([.. members.Select(member => member.ScoreWithoutItself(trace))]);

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"how surprised each member is ({string.Join(", ", members.Select(static member => member.Name))}; from 0), minus the logarithm of its p-value among known samples; the sum is the score",
        [.. members.Select((member, i) => new Contribution(ContributionKind.Detector, i, Surprise(i, member.Score(trace))))]);

    private double Surprise(int member, double score) =>
        (references ?? throw new InvalidOperationException($"detector '{Name}' has no calibration")).Surprise(member, score);
}
