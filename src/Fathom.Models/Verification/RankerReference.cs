using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Positions;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares what a ranking head over an encoder gives, where a file of reference values brings one: p is the mean of the last states
/// where <c>ranker.pool_mask</c> is 1; the score is <c>head . p + bias</c>, or sigmoid(L3 u2) with u1 = ELU(L1 p) + p and
/// u2 = ELU(L2 u1) + u1; the loss the mean of (score - target)^2. In double.
/// </summary>
internal static class RankerReference
{
    private const string Prefix = "ranker.";

    /// <summary>Compares <c>ranker.pooled</c>, <c>ranker.score</c> and <c>ranker.loss</c>.</summary>
    public static void Compare(GoldenFile file, GoldenRows rows, IReadOnlyList<EncoderOutput> outputs, ReferenceJudge judge)
    {
        if (!file.Has(Prefix + "pool_mask")) return;
        var mask = file.Integers(Prefix + "pool_mask");
        if (mask.Length != outputs.Count * rows.Columns) throw new FathomException($"{file.Location}: 'ranker.pool_mask' and 'input_ids' differ in shape");
        if (Enumerable.Range(0, outputs.Count).FirstOrDefault(row => !mask.AsSpan(row * rows.Columns, outputs[row].Tokens).ContainsAnyExcept(0), -1) is >= 0 and var empty) throw new FathomException($"{file.Location}: row {empty} of 'ranker.pool_mask' has no token to pool");
        var width = outputs[0].Width;
        var pooled = outputs.Select((output, row) => Mean(output, mask.AsSpan(row * rows.Columns, output.Tokens), width)).ToArray();
        judge.Used("ranker.pool_mask");
        if (file.Has("ranker.pooled")) Judge("ranker.pooled", [.. pooled.SelectMany(vector => vector)], [pooled.Length, width], judge, file);
        double[] scores;
        if (file.Has("ranker.head.weight"))
        {
            var (weight, bias) = Layer(file, "head", 1, width);
            scores = [.. pooled.Select(p => Apply(weight, bias, Widened(p))[0])];
        }
        else if (file.Has("ranker.L3.weight"))
        {
            var (first, second, third) = (Layer(file, "L1", width, width), Layer(file, "L2", width, width), Layer(file, "L3", 1, width));
            scores = [.. pooled.Select(p =>
            {
                var u = Residual(first, Widened(p));
                return 1 / (1 + Elementary.Exp(-Apply(third.Weight, third.Bias, Residual(second, u))[0]));
            })];
        }
        else
        {
            return;
        }

        judge.Used("ranker.head.weight", "ranker.head.bias", "ranker.L1.weight", "ranker.L1.bias", "ranker.L2.weight", "ranker.L2.bias", "ranker.L3.weight", "ranker.L3.bias");
        if (file.Has("ranker.score")) Judge("ranker.score", [.. scores.Select(score => (float)score)], [scores.Length], judge, file);
        if (!file.Has("ranker.loss") || !file.Has("ranker.targets")) return;
        var targets = file.Floats("ranker.targets", scores.Length);
        judge.Used("ranker.targets");
        judge.Loss("ranker.loss", scores.Zip(targets, (score, target) => (score - target) * (score - target)).Average(), file);
    }

    private static float[] Mean(EncoderOutput output, ReadOnlySpan<int> mask, int width)
    {
        var kept = new List<float>();
        for (var token = 0; token < mask.Length; token++)
        {
            if (mask[token] != 0) kept.AddRange(output.LastStates.AsSpan(token * width, width));
        }

        var mean = new float[width];
        StateMean.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kept), width, mean);
        return mean;
    }

    private static (float[] Weight, float[] Bias) Layer(GoldenFile file, string name, int outputs, int inputs) =>
        (file.Floats($"{Prefix}{name}.weight", outputs, inputs), file.Floats($"{Prefix}{name}.bias", outputs));

    private static double[] Residual((float[] Weight, float[] Bias) layer, double[] x) =>
        [.. Apply(layer.Weight, layer.Bias, x).Zip(x, (y, from) => (y > 0 ? y : Elementary.Exp(y) - 1) + from)];

    private static double[] Apply(float[] weight, float[] bias, double[] x)
    {
        var y = new double[bias.Length];
        for (var row = 0; row < y.Length; row++)
        {
            y[row] = bias[row];
            for (var i = 0; i < x.Length; i++) y[row] += weight[row * x.Length + i] * x[i];
        }

        return y;
    }

    private static double[] Widened(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static void Judge(string name, float[] ours, ReadOnlySpan<int> shape, ReferenceJudge judge, GoldenFile file)
    {
        var difference = new Difference();
        difference.Add(ours, file.Floats(name, shape));
        judge.States(name, difference);
    }
}
