namespace Fathom.Training.Tests;

/// <summary>ModernBERT's loss of classes, written plainly in double: what gradients are compared with.</summary>
internal sealed class DoubleModernBert(IReadOnlyDictionary<string, double[]> parameters, int width, int heads, int inner, bool[] local, int reach, (double Global, double Local) theta, double epsilon)
{
    private readonly int _head = width / heads;

    public double Loss(IReadOnlyList<int[]> sequences, int[] labels) => sequences.Select((ids, i) => Loss(ids, labels[i])).Average();

    private double Loss(int[] ids, int label)
    {
        var x = Norm([.. ids.Select(id => parameters["model.embeddings.tok_embeddings.weight"].AsSpan(id * width, width).ToArray())], "model.embeddings.norm");
        for (var layer = 0; layer < local.Length; layer++)
        {
            var at = $"model.layers.{layer}.";
            x = Sum(x, Attention(layer == 0 ? x : Norm(x, at + "attn_norm"), at, local[layer]));
            x = Sum(x, [.. Linear(Norm(x, at + "mlp_norm"), at + "mlp.Wi").Select(both => Enumerable.Range(0, inner).Select(i => Gelu(both[i]) * both[inner + i]).ToArray())], at + "mlp.Wo");
        }

        x = Norm(x, "model.final_norm");
        var mean = Enumerable.Range(0, width).Select(c => x.Average(row => row[c])).ToArray();
        var dense = Norm([.. Linear([mean], "head.dense").Select(row => row.Select(Gelu).ToArray())], "head.norm");
        var logits = Linear(dense, "classifier")[0].Zip(parameters["classifier.bias"], (a, b) => a + b).ToArray();
        return Math.Log(logits.Sum(Math.Exp)) - logits[label];
    }

    private double[][] Attention(double[][] x, string at, bool near)
    {
        var all = Linear(x, at + "attn.Wqkv");
        var (rows, y) = (x.Length, x.Select(_ => new double[width]).ToArray());
        for (var h = 0; h < heads; h++)
        {
            var q = all.Select((row, t) => Turned(row.AsSpan(h * _head, _head), t, near)).ToArray();
            var k = all.Select((row, t) => Turned(row.AsSpan(width + h * _head, _head), t, near)).ToArray();
            for (var i = 0; i < rows; i++)
            {
                var seen = Enumerable.Range(0, rows).Where(j => !near || Math.Abs(i - j) <= reach).ToArray();
                var shares = seen.Select(j => Math.Exp(q[i].Zip(k[j], (a, b) => a * b).Sum() / Math.Sqrt(_head))).ToArray();
                var total = shares.Sum();
                for (var s = 0; s < seen.Length; s++)
                {
                    for (var c = 0; c < _head; c++) y[i][h * _head + c] += shares[s] / total * all[seen[s]][2 * width + h * _head + c];
                }
            }
        }

        return Linear(y, at + "attn.Wo");
    }

    private double[] Turned(ReadOnlySpan<double> x, int position, bool near)
    {
        var (half, turned) = (_head / 2, new double[_head]);
        for (var i = 0; i < half; i++)
        {
            var (sin, cos) = Math.SinCos(position * Math.Pow(near ? theta.Local : theta.Global, -2.0 * i / _head));
            turned[i] = x[i] * cos - x[i + half] * sin;
            turned[i + half] = x[i + half] * cos + x[i] * sin;
        }

        return turned;
    }

    private double[][] Sum(double[][] x, double[][] change, string? through = null) =>
        [.. x.Zip(through is null ? change : Linear(change, through), (a, b) => a.Zip(b, (p, q) => p + q).ToArray())];

    private double[][] Linear(double[][] x, string name)
    {
        var weight = parameters[name + ".weight"];
        var inputs = x[0].Length;
        return [.. x.Select(row => Enumerable.Range(0, weight.Length / inputs).Select(n =>
        {
            var sum = 0.0;
            for (var i = 0; i < inputs; i++) sum += row[i] * weight[n * inputs + i];
            return sum;
        }).ToArray())];
    }

    private double[][] Norm(double[][] x, string name)
    {
        var weight = parameters[name + ".weight"];
        return [.. x.Select(row =>
        {
            var mean = row.Average();
            var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + epsilon);
            return row.Select((value, i) => (value - mean) / deviation * weight[i]).ToArray();
        })];
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    // The series, which converges for every x; these stay small.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5) return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum) && n < 400; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
