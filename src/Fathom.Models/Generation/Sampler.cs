using Fathom.Models.Positions;

namespace Fathom.Models.Generation;

/// <summary>
/// Draws a token from logits after temperature, top-k, top-p and min-p. Weights are doubles made by our own exp, candidates are
/// ordered by logit, then by id: the same bits everywhere.
/// </summary>
internal sealed class Sampler(GenerationOptions options)
{
    private double[] _weights = [];
    private int[] _candidates = [];
    private double[] _keys = [];

    /// <summary>The token at <paramref name="uniform"/> (in [0, 1)) of the cumulated distribution.</summary>
    /// <param name="logits">One for each token of the vocabulary, finite at least one.</param>
    /// <param name="largest">The largest of them.</param>
    /// <param name="uniform">A random number in [0, 1).</param>
    public int Sample(ReadOnlySpan<float> logits, float largest, double uniform)
    {
        if (_weights.Length < logits.Length)
        {
            _weights = new double[logits.Length];
            _candidates = new int[logits.Length];
            _keys = new double[logits.Length];
        }

        var scale = 1 / options.Temperature;
        var total = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            _weights[i] = Elementary.Exp(((double)logits[i] - largest) * scale);
            total += _weights[i];
        }

        // min-p is about shares of the largest weight, which is 1.
        var count = options.TopK == 0 && options.TopP >= 1
            ? Everything(logits.Length)
            : Nucleus(logits, Math.Min(options.TopK == 0 ? logits.Length : options.TopK, logits.Length), total);
        var kept = 0.0;
        for (var i = 0; i < count; i++) kept += Kept(i);
        var target = uniform * kept;
        var last = _candidates[0];
        for (var i = 0; i < count; i++)
        {
            var weight = Kept(i);
            if (weight == 0) continue;
            last = _candidates[i];
            if (target < weight) return last;
            target -= weight;
        }

        return last;
    }

    private double Kept(int candidate) => _weights[_candidates[candidate]] is var weight && weight >= options.MinP ? weight : 0;

    private int Everything(int vocabulary)
    {
        for (var i = 0; i < vocabulary; i++) _candidates[i] = i;
        return vocabulary;
    }

    // Only the heavy tokens are sorted: the bar falls until those above it are enough.
    private int Nucleus(ReadOnlySpan<float> logits, int mostTokens, double total)
    {
        for (var bar = 1e-3; ; bar = bar > 1e-9 ? bar * 1e-3 : 0)
        {
            var count = Above(logits, bar);
            var everything = bar == 0;
            Array.Sort(_keys, _candidates, 0, count);
            SettleTies(count);
            var all = Math.Min(count, mostTokens);

            // top-p looks at probabilities after top-k: their sum is known only once all of these are here.
            if (!everything && count < mostTokens && options.TopK != 0) continue;
            var mass = options.TopK == 0 ? total : Sum(all);
            var sum = 0.0;
            for (var i = 0; i < all; i++)
            {
                if (sum >= options.TopP * mass && i > 0) return i;
                sum += _weights[_candidates[i]];
            }

            if (everything || all == mostTokens || sum >= options.TopP * mass) return all;
        }
    }

    private int Above(ReadOnlySpan<float> logits, double bar)
    {
        var count = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (_weights[i] < bar) continue;
            _keys[count] = -(double)logits[i];
            _candidates[count++] = i;
        }

        return count;
    }

    // The framework's sort does not keep the order of equals: runs of the same logit are put in the order of their ids.
    private void SettleTies(int count)
    {
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && _keys[end] == _keys[start]) end++;
            if (end - start > 1) Array.Sort(_candidates, start, end - start);
            start = end;
        }
    }

    private double Sum(int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++) sum += _weights[_candidates[i]];
        return sum;
    }
}
