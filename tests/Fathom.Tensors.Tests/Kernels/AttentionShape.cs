using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>One sequence's attention, run in chunks.</summary>
internal sealed unsafe record AttentionShape(int KeyValueHeads, int Heads, int HeadDim, int Rows, int Window)
{
    public float Scale => 1f / MathF.Sqrt(HeadDim);

    public NativeFloats Run(IKernels kernels, NativeFloats q, NativeFloats k, NativeFloats v, Func<int, int> chunk)
    {
        var y = new NativeFloats(Rows * Heads * HeadDim);
        using var cache = kernels.CreateCache(KeyValueHeads, HeadDim);
        var width = KeyValueHeads * HeadDim;
        for (var row = 0; row < Rows;)
        {
            var rows = chunk(Rows - row);
            cache.Append(k.Pointer + row * width, width, v.Pointer + row * width, width, rows);
            kernels.Attention([new(cache, 0, rows)], q.Pointer + row * Heads * HeadDim, Heads * HeadDim, Heads, Scale, Window, y.Pointer + row * Heads * HeadDim, Heads * HeadDim);
            row += rows;
        }

        return y;
    }
}
