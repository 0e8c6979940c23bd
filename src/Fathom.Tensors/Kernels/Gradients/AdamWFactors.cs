namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>
/// What one AdamW step multiplies by, made in double outside the kernel: w = kept w; m += takeFirst (g - m);
/// v = keepSecond v + takeSecond g g; w -= rate m / (root sqrt(v) + epsilon).
/// </summary>
/// <param name="Kept">1 - rate x decay.</param>
/// <param name="TakeFirst">1 - beta1.</param>
/// <param name="KeepSecond">beta2.</param>
/// <param name="TakeSecond">1 - beta2.</param>
/// <param name="Rate">Learning rate / (1 - beta1^step).</param>
/// <param name="Root">1 / sqrt(1 - beta2^step).</param>
/// <param name="Epsilon">Added to the root.</param>
internal readonly record struct AdamWFactors(float Kept, float TakeFirst, float KeepSecond, float TakeSecond, float Rate, float Root, float Epsilon)
{
    /// <summary>Factors of a step counted from 1.</summary>
    public static AdamWFactors Of(int step, double rate, double beta1, double beta2, double epsilon, double decay) =>
        new((float)(1 - rate * decay), (float)(1 - beta1), (float)beta2, (float)(1 - beta2), (float)(rate / (1 - Power(beta1, step))), (float)(1 / Math.Sqrt(1 - Power(beta2, step))), (float)epsilon);

    // By squaring, so that no runtime function decides the bits.
    private static double Power(double x, int exponent)
    {
        var result = 1.0;
        for (var square = x; exponent > 0; exponent >>= 1, square *= square)
        {
            if ((exponent & 1) != 0)
            {
                result *= square;
            }
        }

        return result;
    }
}
