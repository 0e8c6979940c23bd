using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>Rotary positions on pairs (i, i + half) of the first 2 half numbers of every head; cos, sin [R, half]. The gradient turns back.</summary>
internal static class PlainRotation
{
    /// <summary>Rotates x [R, heads, headDim] in place, by the negative angles where <paramref name="back"/> is set.</summary>
    public static void Apply<T>(Span<T> x, int rows, int heads, int headDim, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, bool back)
        where T : IFloatingPointIeee754<T>
    {
        var half = cos.Length / rows;
        for (var r = 0; r < rows; r++)
        {
            for (var h = 0; h < heads; h++)
            {
                var head = x.Slice((r * heads + h) * headDim, headDim);
                for (var i = 0; i < half; i++)
                {
                    var (c, s) = (cos[r * half + i], back ? -sin[r * half + i] : sin[r * half + i]);
                    (head[i], head[i + half]) = (head[i] * c - head[i + half] * s, head[i + half] * c + head[i] * s);
                }
            }
        }
    }
}
