using System.Runtime.Intrinsics;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>
/// A matrix product whose every output adds its terms in the order of depth with fused multiply-add, starting from what is
/// there: the same bits as <c>PlainMatrices</c>, whatever the blocks, the threads and the vector width.
/// </summary>
internal static unsafe class BlockedProduct
{
    private const int RowBlock = 24;
    private const int ColumnBlock = 256;
    private const int DepthBlock = 256;
    private const int Lanes = 8;

    /// <summary>Computes the product, shared out by blocks of outputs.</summary>
    public static void Run(WorkPool workers, ProductOperands operands)
    {
        var blocks = (long)Blocks(operands.Rows, RowBlock) * Blocks(operands.Columns, ColumnBlock);
        RangeJob.Run(workers, blocks, 1, &Body, &operands);
    }

    private static int Blocks(int count, int size) => (count + size - 1) / size;

    private static void Body(void* arguments, long from, long to)
    {
        ref readonly var o = ref *(ProductOperands*)arguments;
        var across = Blocks(o.Columns, ColumnBlock);
        for (var block = from; block < to; block++)
        {
            var (row, column) = ((int)(block / across) * RowBlock, (int)(block % across) * ColumnBlock);
            var (lastRow, lastColumn) = (Math.Min(o.Rows, row + RowBlock), Math.Min(o.Columns, column + ColumnBlock));
            for (var depth = 0; depth < o.Depth; depth += DepthBlock)
                Block(o, row, lastRow, column, lastColumn, depth, Math.Min(o.Depth, depth + DepthBlock));
        }
    }

    private static void Block(in ProductOperands o, int row, int lastRow, int column, int lastColumn, int depth, int lastDepth)
    {
        for (; row + 4 <= lastRow; row += 4)
        {
            var j = column;
            for (; j + 2 * Lanes <= lastColumn; j += 2 * Lanes) FourByTwo(o, row, j, depth, lastDepth);
            for (var r = row; j < lastColumn && r < row + 4; r++) Row(o, r, j, lastColumn, depth, lastDepth);
        }

        for (; row < lastRow; row++) Row(o, row, column, lastColumn, depth, lastDepth);
    }

    private static void FourByTwo(in ProductOperands o, int row, int column, int depth, int lastDepth)
    {
        var (stride, step, width) = (o.RowStride, o.ColumnStride, (long)o.Columns);
        var c = o.C + row * width + column;
        var (c00, c01) = (Vector256.Load(c), Vector256.Load(c + Lanes));
        var (c10, c11) = (Vector256.Load(c + width), Vector256.Load(c + width + Lanes));
        var (c20, c21) = (Vector256.Load(c + 2 * width), Vector256.Load(c + 2 * width + Lanes));
        var (c30, c31) = (Vector256.Load(c + 3 * width), Vector256.Load(c + 3 * width + Lanes));
        var a = o.A + row * stride + depth * step;
        var b = o.B + depth * width + column;
        for (var k = depth; k < lastDepth; k++, a += step, b += width)
        {
            var (b0, b1) = (Vector256.Load(b), Vector256.Load(b + Lanes));
            var x = Vector256.Create(*a);
            (c00, c01) = (Vector256.FusedMultiplyAdd(x, b0, c00), Vector256.FusedMultiplyAdd(x, b1, c01));
            x = Vector256.Create(a[stride]);
            (c10, c11) = (Vector256.FusedMultiplyAdd(x, b0, c10), Vector256.FusedMultiplyAdd(x, b1, c11));
            x = Vector256.Create(a[2 * stride]);
            (c20, c21) = (Vector256.FusedMultiplyAdd(x, b0, c20), Vector256.FusedMultiplyAdd(x, b1, c21));
            x = Vector256.Create(a[3 * stride]);
            (c30, c31) = (Vector256.FusedMultiplyAdd(x, b0, c30), Vector256.FusedMultiplyAdd(x, b1, c31));
        }

        c00.Store(c);
        c01.Store(c + Lanes);
        c10.Store(c + width);
        c11.Store(c + width + Lanes);
        c20.Store(c + 2 * width);
        c21.Store(c + 2 * width + Lanes);
        c30.Store(c + 3 * width);
        c31.Store(c + 3 * width + Lanes);
    }

    private static void Row(in ProductOperands o, int row, int column, int lastColumn, int depth, int lastDepth)
    {
        var width = (long)o.Columns;
        for (; column + Lanes <= lastColumn; column += Lanes)
        {
            var sum = Vector256.Load(o.C + row * width + column);
            for (var k = depth; k < lastDepth; k++)
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(o.A[row * o.RowStride + k * o.ColumnStride]), Vector256.Load(o.B + k * width + column), sum);
            sum.Store(o.C + row * width + column);
        }

        for (; column < lastColumn; column++)
        {
            var sum = o.C[row * width + column];
            for (var k = depth; k < lastDepth; k++) sum = MathF.FusedMultiplyAdd(o.A[row * o.RowStride + k * o.ColumnStride], o.B[k * width + column], sum);
            o.C[row * width + column] = sum;
        }
    }
}
