namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>The way back through norms: sums along a row in 16 lanes, folded once; dw and db add the rows in their order.</summary>
internal static class ScalarNormGradients
{
    /// <summary>dx += s (w dy - x s^2 mean(w dy x)); dw += dy x s.</summary>
    public static void Rms(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw)
    {
        Span<float> lanes = stackalloc float[16];
        for (var at = 0; at < rows * width; at += width)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] = MathF.FusedMultiplyAdd(x[at + i], x[at + i], lanes[i & 15]);
            }

            var scale = 1f / MathF.Sqrt(ScalarMath.Fold(lanes) / width + epsilon);
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] = MathF.FusedMultiplyAdd(w[i] * dy[at + i], x[at + i], lanes[i & 15]);
            }

            var along = -(ScalarMath.Fold(lanes) * (scale * scale / width));
            for (var i = 0; i < width; i++)
            {
                if (!dx.IsEmpty)
                {
                    dx[at + i] = MathF.FusedMultiplyAdd(scale, MathF.FusedMultiplyAdd(along, x[at + i], w[i] * dy[at + i]), dx[at + i]);
                }

                if (!dw.IsEmpty)
                {
                    dw[i] = MathF.FusedMultiplyAdd(dy[at + i], x[at + i] * scale, dw[i]);
                }
            }
        }
    }

    /// <summary>With n = (x - mean) s and g = w dy: dx += s (g - mean(g) - n mean(g n)); dw += dy n; db += dy.</summary>
    public static void Layer(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db)
    {
        Span<float> lanes = stackalloc float[16];
        Span<float> alongs = stackalloc float[16];
        for (var at = 0; at < rows * width; at += width)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] += x[at + i];
            }

            var mean = ScalarMath.Fold(lanes) / width;
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] = MathF.FusedMultiplyAdd(x[at + i] - mean, x[at + i] - mean, lanes[i & 15]);
            }

            var scale = 1f / MathF.Sqrt(ScalarMath.Fold(lanes) / width + epsilon);
            lanes.Clear();
            alongs.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] += w[i] * dy[at + i];
                alongs[i & 15] = MathF.FusedMultiplyAdd(w[i] * dy[at + i], (x[at + i] - mean) * scale, alongs[i & 15]);
            }

            var sum = ScalarMath.Fold(lanes) / width;
            var along = -(ScalarMath.Fold(alongs) / width);
            for (var i = 0; i < width; i++)
            {
                var normal = (x[at + i] - mean) * scale;
                if (!dx.IsEmpty)
                {
                    dx[at + i] = MathF.FusedMultiplyAdd(scale, MathF.FusedMultiplyAdd(along, normal, w[i] * dy[at + i] - sum), dx[at + i]);
                }

                if (!dw.IsEmpty)
                {
                    dw[i] = MathF.FusedMultiplyAdd(dy[at + i], normal, dw[i]);
                }

                if (!db.IsEmpty)
                {
                    db[i] += dy[at + i];
                }
            }
        }
    }
}
