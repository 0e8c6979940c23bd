using Fathom.Insight.Metrics;
using Fathom.Tensors;

namespace Fathom.Insight.Evaluation;

/// <summary>What the same scores give when ID and OOD labels are shuffled: the AUROC a detector gets that knows nothing.</summary>
/// <param name="MeanAuroc">Mean over the shuffles; near 0.5.</param>
/// <param name="PValue">Share of shuffles, the true labelling counted among them, whose AUROC is at least as far from 0.5 as the true one.</param>
public readonly record struct PermutationControl(double MeanAuroc, double PValue)
{
    /// <summary>Shuffles the labels of a table; NaN when a class is empty or there is no shuffle.</summary>
    public static PermutationControl Of(ScoreTable table, int permutations, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.PositiveCount == 0 || table.NegativeCount == 0 || permutations == 0)
        {
            return new PermutationControl(double.NaN, double.NaN);
        }

        var places = new List<int>();
        for (var i = 0; i < table.Values.Length; i++)
        {
            places.AddRange(Enumerable.Repeat(i, table.Positives[i] + table.Negatives[i]));
        }

        var values = table.Values.ToArray();
        var observed = Math.Abs(table.Auroc() - 0.5);
        var sum = 0.0;
        var asFar = 1;
        for (var p = 0; p < permutations; p++)
        {
            var shuffled = places.ToArray();
            new CounterRandom(seed, (ulong)p).Shuffle(shuffled.AsSpan());
            var positives = new int[values.Length];
            var negatives = new int[values.Length];
            for (var i = 0; i < shuffled.Length; i++)
            {
                (i < table.PositiveCount ? positives : negatives)[shuffled[i]]++;
            }

            var auroc = new ScoreTable(values, positives, negatives).Auroc();
            sum += auroc;
            asFar += Math.Abs(auroc - 0.5) >= observed ? 1 : 0;
        }

        return new PermutationControl(sum / permutations, asFar / (permutations + 1.0));
    }
}
