using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Operations number by number, as every vector width computes them.</summary>
internal static class ScalarElements
{
    /// <summary>dgate += dy up p (1 + gate (1 - p)), dup += dy gate p, with p = sigmoid(gate) through e^-|gate|.</summary>
    public static void SiluMultiplyGradient(float gate, float up, float dy, ref float dgate, ref float dup)
    {
        var power = ScalarMath.ExpNonPositive(-MathF.Abs(gate));
        var inverse = 1f / (1f + power);
        var small = power * inverse;
        var (p, rest) = gate < 0f ? (small, inverse) : (inverse, small);
        dgate = MathF.FusedMultiplyAdd(dy * up, p * MathF.FusedMultiplyAdd(gate, rest, 1f), dgate);
        dup = MathF.FusedMultiplyAdd(dy, gate * p, dup);
    }

    /// <summary>One step of AdamW.</summary>
    public static void AdamW(ref float w, ref float gradient, ref float first, ref float second, in AdamWFactors f)
    {
        first = MathF.FusedMultiplyAdd(f.TakeFirst, gradient - first, first);
        second = MathF.FusedMultiplyAdd(f.TakeSecond * gradient, gradient, f.KeepSecond * second);
        w = MathF.FusedMultiplyAdd(-f.Rate, first / MathF.FusedMultiplyAdd(f.Root, MathF.Sqrt(second), f.Epsilon), f.Kept * w);
        gradient = 0f;
    }
}
