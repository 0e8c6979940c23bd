namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>Normalisations: row sums in 16 lanes (element i in lane i mod 16), folded once.</summary>
internal static unsafe class ScalarNorms
{
    public static void RmsNorm(float* x, int rows, int width, float* weight, float epsilon, float* y)
    {
        Span<float> lanes = stackalloc float[16];
        for (var row = 0; row < rows; row++, x += width, y += width)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] = MathF.FusedMultiplyAdd(x[i], x[i], lanes[i & 15]);
            }

            var scale = 1f / MathF.Sqrt(ScalarMath.Fold(lanes) / width + epsilon);
            for (var i = 0; i < width; i++)
            {
                y[i] = x[i] * scale * weight[i];
            }
        }
    }

    public static void LayerNorm(float* x, int rows, int width, float* weight, float* bias, float epsilon, float* y)
    {
        Span<float> lanes = stackalloc float[16];
        for (var row = 0; row < rows; row++, x += width, y += width)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] += x[i];
            }

            var mean = ScalarMath.Fold(lanes) / width;
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                var centred = x[i] - mean;
                lanes[i & 15] = MathF.FusedMultiplyAdd(centred, centred, lanes[i & 15]);
            }

            var scale = 1f / MathF.Sqrt(ScalarMath.Fold(lanes) / width + epsilon);
            for (var i = 0; i < width; i++)
            {
                var normal = (x[i] - mean) * scale * weight[i];
                y[i] = bias == null ? normal : normal + bias[i];
            }
        }
    }
}
