using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Autograd;

/// <summary>Dropout by counter-based random numbers: the same seed, step and place in the pass drop the same elements.</summary>
public static class DropoutOperation
{
    /// <summary>y = x / (1 - p) where kept, 0 with probability p; x itself when the tape does not train or p is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1).</exception>
    public static Variable Dropout(this Tape tape, Variable x, double probability)
    {
        if (!(probability is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "a dropout probability is in [0, 1)");
        if (!tape.Training || probability == 0) return x;
        var (seed, stream) = tape.NextDropout();
        var draw = new DropoutDraw(seed, stream, (uint)(probability * 4294967296.0), (float)(1 / (1 - probability)));
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient, x.Shape.ToArray());
        y.Values.Clear();
        kernels.AddKept(x.Values, draw, y.Values);

        // The mask is drawn again on the way back instead of being kept.
        return tape.Record(y, () => kernels.AddKept(y.Gradient, draw, x.Gradient));
    }
}
