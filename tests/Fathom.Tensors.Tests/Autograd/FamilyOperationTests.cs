using Fathom.Tensors.Autograd;
using Fathom.Tensors.Tests.Gradients;
using Fathom.Tensors.Tests.Kernels;

namespace Fathom.Tensors.Tests.Autograd;

/// <summary>Operations that families beyond Llama's need, against the same functions in double and their differences.</summary>
public class FamilyOperationTests
{
    [Fact]
    public void ColumnsTakenJoinedAndPicked() => Cases.ForSeeds(12, random =>
    {
        int[] columns = [4, 5, 6, 1, 0, 8];
        TapeCheck.Run(random, [[5, 9]], (tape, x) => tape.Columns(x[0], columns), x => [.. Enumerable.Range(0, 5).SelectMany(row => columns.Select(column => x[0][row * 9 + column]))]);
        TapeCheck.Run(random, [[4, 3], [4, 2]], (tape, x) => tape.Join(x[0], x[1]), x => [.. Enumerable.Range(0, 4).SelectMany(row => x[0][(3 * row)..(3 * row + 3)].Concat(x[1][(2 * row)..(2 * row + 2)]))]);
        TapeCheck.Run(random, [[3, 4]], (tape, x) => tape.Pick(x[0], [7, 0, 3]), x => [x[0][7], x[0][0], x[0][3]]);
        TapeCheck.Run(random, [[3, 4]], (tape, x) => tape.Plus(x[0], 1), x => [.. x[0].Select(value => value + 1)]);
    });

    [Fact]
    public void RowsPutBackWhereTheyWereTaken() => Cases.ForSeeds(12, random =>
    {
        int[] rows = [3, 0, 3];
        TapeCheck.Run(random, [[3, 5]], (tape, x) => tape.Scatter(x[0], rows, 4), x =>
        {
            var y = new double[20];
            for (var i = 0; i < 15; i++) y[rows[i / 5] * 5 + i % 5] += x[0][i];
            return y;
        });
    });

    [Fact]
    public void ALinearLayerStoredTheOtherWayRound() => Cases.ForSeeds(12, random =>
        TapeCheck.Run(random, [[4, 7], [7, 5], [5]], (tape, x) => tape.LinearTransposed(x[0], x[1], x[2]), x =>
        {
            var y = new double[20];
            for (var at = 0; at < y.Length; at++) y[at] = x[2][at % 5] + Enumerable.Range(0, 7).Sum(k => x[0][at / 5 * 7 + k] * x[1][k * 5 + at % 5]);
            return y;
        }));

    [Fact]
    public void NormsOverHeadsShareTheirWeight() => Cases.ForSeeds(12, random =>
    {
        static double[] InDouble(double[][] x, bool centred)
        {
            var y = new double[x[0].Length];
            for (var at = 0; at < y.Length; at += 4)
            {
                var head = x[0][at..(at + 4)];
                var mean = centred ? head.Average() : 0;
                var scale = 1 / Math.Sqrt(head.Sum(value => (value - mean) * (value - mean)) / 4 + 0.1);
                for (var i = 0; i < 4; i++) y[at + i] = (head[i] - mean) * scale * x[1][i];
            }

            return y;
        }

        TapeCheck.Run(random, [[3, 12], [4]], (tape, x) => tape.RmsNorm(x[0], x[1], 0.1f), x => InDouble(x, false));
        TapeCheck.Run(random, [[3, 12], [4]], (tape, x) => tape.LayerNorm(x[0], x[1], null, 0.1f), x => InDouble(x, true));
    });

    [Fact]
    public void AttentionWithASoftCapAndABiasByKey() => Cases.ForSeeds(20, random =>
    {
        const int Heads = 4, Groups = 2, Dim = 6;
        var window = random.NextInt32(2) * 3;
        RowSegment[] segments = [new(0, 5), new(5, 3)];
        var layout = new AttentionLayout(Heads, Groups, Dim, window, 0.4f, 1.3f);
        var bias = new float[Heads * 80];
        for (var i = 0; i < bias.Length; i++) bias[i] = (float)(0.1 * (i / 80 + 1) * (i % 80));
        TapeCheck.Run(
            random,
            [[8, Heads * Dim], [8, Groups * Dim], [8, Groups * Dim]],
            (tape, x) =>
            {
                var constant = tape.New(false, Heads, 80);
                bias.CopyTo(constant.Values);
                return tape.Attention(x[0], x[1], x[2], segments, layout, constant);
            },
            x => Attention(x[0], x[1], x[2], segments, layout, bias),
            tolerance: 3e-5);
    });

    [Fact]
    public void AttentionWithASoftCapAndABiasHasTheSameBitsAtEveryWidth() => Cases.ForSeeds(20, random =>
    {
        var (heads, groups, dim, rows) = (4, 1 + random.NextInt32(2), 6 + random.NextInt32(30), 1 + random.NextInt32(150));
        groups = heads % groups == 0 ? groups : 1;
        var layout = new AttentionLayout(heads, groups, dim, random.NextInt32(2) * 40, 0.3f, random.NextInt32(2) * 2f);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
        var (q, k, v, dy, bias) = (Numbers(rows * heads * dim), Numbers(rows * groups * dim), Numbers(rows * groups * dim), Numbers(rows * heads * dim), Numbers(heads * (rows + 64)));
        RowSegment[] segments = [new(0, rows)];
        var forward = RowDevices.SameBits("forward", () => [new float[q.Length], new float[rows * heads]], (kernels, y) => kernels.Attention(q, k, v, segments, layout, y[0], y[1], bias));
        RowDevices.SameBits("backward", () => [new float[q.Length], new float[k.Length], new float[v.Length]],
            (kernels, to) => kernels.AttentionGradient(q, k, v, forward[0], forward[1], dy, segments, layout, to[0], to[1], to[2], bias));
    });

    [Fact]
    public void LogitsWithASoftCap() => Cases.ForSeeds(12, random =>
    {
        int[] targets = [3, -1, 0, 6];
        float[] weights = [0.5f, 0, 1, 0.25f];
        TapeCheck.Run(random, [[4, 5], [7, 5]], (tape, x) => tape.HeadCrossEntropy(x[0], x[1], targets, weights, chunk: 2, softCap: 1.5f), x =>
        {
            var logits = TapeCheck.LogSoftmax([.. TapeCheck.Linear(x[0], x[1], 5).Select(value => 1.5 * Math.Tanh(value / 1.5))], 7);
            return [-Enumerable.Range(0, 4).Where(row => targets[row] >= 0).Sum(row => weights[row] * logits[row * 7 + targets[row]])];
        });
    });

    private static double[] Attention(double[] q, double[] k, double[] v, RowSegment[] segments, AttentionLayout layout, float[] bias)
    {
        var (heads, dim, group) = (layout.Heads, layout.HeadDim, layout.Heads / layout.KeyValueHeads);
        var y = new double[q.Length];
        foreach (var (start, length) in segments)
        {
            for (var i = 0; i < length; i++)
            {
                for (var h = 0; h < heads; h++)
                {
                    var first = layout.Window > 0 ? Math.Max(0, i - layout.Window + 1) : 0;
                    var scores = new double[i + 1 - first];
                    for (var j = first; j <= i; j++)
                    {
                        for (var d = 0; d < dim; d++) scores[j - first] += q[((start + i) * heads + h) * dim + d] * k[((start + j) * layout.KeyValueHeads + h / group) * dim + d];
                        scores[j - first] = layout.SoftCap * Math.Tanh(layout.Scale * scores[j - first] / layout.SoftCap) + bias[h * (bias.Length / heads) + j];
                    }

                    var sum = scores.Sum(Math.Exp);
                    for (var j = first; j <= i; j++)
                    {
                        for (var d = 0; d < dim; d++) y[((start + i) * heads + h) * dim + d] += Math.Exp(scores[j - first]) / sum * v[((start + j) * layout.KeyValueHeads + h / group) * dim + d];
                    }
                }
            }
        }

        return y;
    }
}
