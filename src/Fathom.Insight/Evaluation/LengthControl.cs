using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Evaluation;

/// <summary>
/// How much of a detector's success prompt length explains. Scores of language models are easily confounded by it, so it stands
/// next to every result.
/// </summary>
public sealed record LengthControl
{
    /// <summary>Spearman's correlation of score and prompt tokens over ID test and OOD samples together.</summary>
    public required double Spearman { get; init; }

    /// <summary>AUROC of the number of prompt tokens alone.</summary>
    public required double LengthAuroc { get; init; }

    /// <summary>Pairs of one ID and one OOD sample of nearly equal length.</summary>
    public required int MatchedCount { get; init; }

    /// <summary>AUROC of the detector on these pairs; NaN without any.</summary>
    public required double MatchedAuroc { get; init; }

    /// <summary>AUROC of length alone on these pairs: near 0.5 when the matching worked.</summary>
    public required double MatchedLengthAuroc { get; init; }

    /// <summary>Computes the control for one detector and one OOD set.</summary>
    public static LengthControl Of(double[] idScores, double[] idTokens, double[] oodScores, double[] oodTokens, double calliper, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(idScores);
        ArgumentNullException.ThrowIfNull(oodScores);
        var pairs = Match(idTokens, oodTokens, calliper, seed);
        var left = pairs.Select(static pair => pair.Id).ToArray();
        var right = pairs.Select(static pair => pair.Ood).ToArray();
        return new LengthControl
        {
            Spearman = Correlation.Spearman([.. idScores, .. oodScores], [.. idTokens, .. oodTokens]),
            LengthAuroc = DetectionMetrics.Table(idTokens, oodTokens).Auroc(),
            MatchedCount = pairs.Count,
            MatchedAuroc = DetectionMetrics.Table(Take(idScores, left), Take(oodScores, right)).Auroc(),
            MatchedLengthAuroc = DetectionMetrics.Table(Take(idTokens, left), Take(oodTokens, right)).Auroc(),
        };
    }

    /// <summary>
    /// The most pairs of one ID and one OOD sample whose lengths differ by at most one token or <paramref name="calliper"/> times
    /// the smaller length; chance settles which of equally long samples are taken.
    /// </summary>
    public static IReadOnlyList<(int Id, int Ood)> Match(double[] idTokens, double[] oodTokens, double calliper, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(idTokens);
        ArgumentNullException.ThrowIfNull(oodTokens);
        var id = Ordered(idTokens, new CounterRandom(seed, 0));
        var ood = Ordered(oodTokens, new CounterRandom(seed, 1));
        var pairs = new List<(int Id, int Ood)>();
        for (int i = 0, o = 0; i < id.Length && o < ood.Length;)
        {
            var difference = idTokens[id[i]] - oodTokens[ood[o]];
            if (Math.Abs(difference) <= Math.Max(1, calliper * Math.Min(idTokens[id[i]], oodTokens[ood[o]])))
            {
                pairs.Add((id[i++], ood[o++]));
            }
            else if (difference < 0)
            {
                i++;
            }
            else
            {
                o++;
            }
        }

        return pairs;
    }

    private static int[] Ordered(double[] tokens, CounterRandom random)
    {
        var order = Enumerable.Range(0, tokens.Length).ToArray();
        random.Shuffle(order.AsSpan());
        return [.. order.OrderBy(i => tokens[i])];
    }

    private static double[] Take(double[] values, int[] places) => [.. places.Select(i => values[i])];
}
