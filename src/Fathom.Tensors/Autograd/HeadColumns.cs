namespace Fathom.Tensors.Autograd;

/// <summary>One head's columns of a sequence's rows, taken out and put back.</summary>
internal static class HeadColumns
{
    /// <summary>part <c>[rows, headDim]</c> = the columns of x <c>[…, width]</c>, times a factor.</summary>
    public static void Take(ReadOnlySpan<float> x, int width, int firstRow, int rows, int head, int headDim, Span<float> part, float factor = 1f)
    {
        for (var row = 0; row < rows; row++)
        {
            var from = x.Slice((firstRow + row) * width + head * headDim, headDim);
            var to = part.Slice(row * headDim, headDim);
            for (var d = 0; d < headDim; d++) to[d] = factor * from[d];
        }
    }

    /// <summary>The columns of x += factor part.</summary>
    public static void Add(ReadOnlySpan<float> part, int width, int firstRow, int rows, int head, int headDim, Span<float> x, float factor = 1f)
    {
        if (x.IsEmpty) return;
        for (var row = 0; row < rows; row++)
        {
            var from = part.Slice(row * headDim, headDim);
            var to = x.Slice((firstRow + row) * width + head * headDim, headDim);
            for (var d = 0; d < headDim; d++) to[d] += factor * from[d];
        }
    }
}
