namespace Fathom.Tensors.Autograd;

/// <summary>From many numbers to one; sums are made in double, in the order of the elements.</summary>
public static class ReductionOperations
{
    /// <summary>The sum of weights[i] x[i].</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="weights">One constant an element; null for ones.</param>
    /// <exception cref="ArgumentException">There is not one weight an element.</exception>
    public static Variable Sum(this Tape tape, Variable x, float[]? weights = null)
    {
        if (weights is not null && weights.Length != x.Length) throw new ArgumentException($"{x.Length} elements need as many weights, not {weights.Length}", nameof(weights));
        var y = tape.New(x.NeedsGradient, []);
        var sum = 0.0;
        var values = x.Values;
        for (var i = 0; i < values.Length; i++) sum += (weights is null ? 1.0 : weights[i]) * values[i];
        y.Values[0] = (float)sum;
        return tape.Record(y, () =>
        {
            var gradient = x.Gradient;
            var factor = y.Gradient[0];
            for (var i = 0; i < gradient.Length; i++) gradient[i] += weights is null ? factor : factor * weights[i];
        });
    }

    /// <summary>The mean of all elements.</summary>
    public static Variable Mean(this Tape tape, Variable x) => tape.Scale(tape.Sum(x), 1f / x.Length);
}
