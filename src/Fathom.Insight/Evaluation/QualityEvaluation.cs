using Fathom.Insight.Metrics;

namespace Fathom.Insight.Evaluation;

/// <summary>
/// Whether a detector's score tells how good an answer is: ID and OOD samples together, correlation of the <b>negated</b> score with
/// correctness, so that a useful detector gives positive values.
/// </summary>
public sealed record QualityEvaluation
{
    /// <summary>Number of samples.</summary>
    public required int Count { get; init; }

    /// <summary>How many answers were right.</summary>
    public required int CorrectCount { get; init; }

    /// <summary>Kendall's tau-b; NaN when all answers are right or all wrong.</summary>
    public required double KendallTauB { get; init; }

    /// <summary>Its two-sided p-value.</summary>
    public required double KendallPValue { get; init; }

    /// <summary>Spearman's rho; NaN when all answers are right or all wrong.</summary>
    public required double Spearman { get; init; }

    /// <summary>Its two-sided p-value.</summary>
    public required double SpearmanPValue { get; init; }

    /// <summary>Probability that a wrong answer scores higher than a right one, ties half; NaN when all are right or all wrong.</summary>
    public required double Auroc { get; init; }

    /// <summary>Evaluates scores (higher = more out of distribution) against correctness.</summary>
    /// <exception cref="FathomException">A score is NaN or infinite.</exception>
    public static QualityEvaluation Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> correct)
    {
        if (scores.Length != correct.Length) throw new ArgumentException($"{scores.Length} scores for {correct.Length} answers; expected one each", nameof(correct));
        var negated = new double[scores.Length];
        var right = new double[scores.Length];
        List<double> rightScores = [], wrongScores = [];
        for (var i = 0; i < negated.Length; i++)
        {
            negated[i] = -scores[i];
            right[i] = correct[i] ? 1 : 0;
            (correct[i] ? rightScores : wrongScores).Add(scores[i]);
        }

        return new QualityEvaluation
        {
            Count = negated.Length,
            CorrectCount = rightScores.Count,
            KendallTauB = Correlation.KendallTauB(negated, right),
            KendallPValue = Correlation.KendallPValue(negated, right),
            Spearman = Correlation.Spearman(negated, right),
            SpearmanPValue = Correlation.SpearmanPValue(negated, right),
            Auroc = ScoreTable.Create(wrongScores.ToArray(), rightScores.ToArray(), "wrong answer", "right answer").Auroc(),
        };
    }
}
