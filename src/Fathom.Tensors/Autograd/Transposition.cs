using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>Turns a matrix, tile by tile.</summary>
internal static unsafe class Transposition
{
    private const int Tile = 32;

    /// <summary><paramref name="turned"/> [columns, rows] becomes the transpose of <paramref name="matrix"/> [rows, columns].</summary>
    public static void Run(WorkPool workers, ReadOnlySpan<float> matrix, int rows, int columns, Span<float> turned)
    {
        fixed (float* from = matrix, to = turned)
        {
            var operands = new ProductOperands(from, columns, 1, null, to, rows, columns, 0);
            RangeJob.Run(workers, (rows + Tile - 1) / Tile, 4, &Body, &operands);
        }
    }

    private static void Body(void* arguments, long first, long last)
    {
        ref readonly var o = ref *(ProductOperands*)arguments;
        for (var row = first * Tile; row < Math.Min(o.Rows, last * Tile); row += Tile)
        {
            var end = Math.Min(o.Rows, row + Tile);
            for (long column = 0; column < o.Columns; column++)
            {
                for (var r = row; r < end; r++) o.C[column * o.Rows + r] = o.A[r * o.RowStride + column];
            }
        }
    }
}
