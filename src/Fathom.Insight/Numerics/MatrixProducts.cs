using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// Products of matrices in double. Every element adds its terms in the order of k with fused multiply-add to what it held, so its bits
/// depend neither on the shape of the blocks nor on the number of threads.
/// </summary>
internal static unsafe class MatrixProducts
{
    private const int Panel = 8;
    private const int Depth = 256;
    private const int BlockRows = 128;
    private const int BlockColumns = 256;

    /// <summary>c += sign · a bᵀ: c[i, j] += sign · sum over k of a[i, k] b[j, k].</summary>
    /// <param name="c">Row-major <c>[rows, columns]</c> (column step 1).</param>
    /// <param name="a"><c>[rows, depth]</c>.</param>
    /// <param name="b"><c>[columns, depth]</c>.</param>
    /// <param name="rows">Rows of c.</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="depth">Terms of a sum.</param>
    /// <param name="sign">1 or -1.</param>
    /// <param name="lower">Whether only the elements on and below the diagonal are wanted; the others are then left undefined.</param>
    public static void AddTransposed(MatrixView c, MatrixView a, MatrixView b, int rows, int columns, int depth, double sign = 1, bool lower = false)
    {
        var (rowPanels, columnPanels) = ((rows + Panel - 1) / Panel, (columns + Panel - 1) / Panel);
        var left = new double[checked(rowPanels * Panel * Math.Min(Depth, depth))];
        var right = new double[checked(columnPanels * Panel * Math.Min(Depth, depth))];
        var acrossBlocks = (columns + BlockColumns - 1) / BlockColumns;
        var blocks = (rows + BlockRows - 1) / BlockRows * acrossBlocks;
        for (var first = 0; first < depth; first += Depth)
        {
            var (from, terms) = (first, Math.Min(Depth, depth - first));
            Workers.Run(rowPanels + columnPanels, 4L * (rows + columns) * terms, panel =>
            {
                if (panel < rowPanels) Pack(a, panel * Panel, rows, from, terms, sign, left);
                else Pack(b, (panel - rowPanels) * Panel, columns, from, terms, 1, right);
            });
            Workers.Run(blocks, (long)rows * columns * terms, block =>
            {
                var (row, column) = (block / acrossBlocks * BlockRows, block % acrossBlocks * BlockColumns);
                Multiply(c, left, right, row, Math.Min(row + BlockRows, rows), column, Math.Min(column + BlockColumns, columns), terms, lower);
            });
        }
    }

    private static void Pack(MatrixView source, int row, int rows, int first, int terms, double sign, double[] target)
    {
        var count = Math.Min(Panel, rows - row);
        var to = target.AsSpan(row * terms, Panel * terms);
        if (count < Panel) to.Clear();
        for (var i = 0; i < count; i++)
        {
            var from = source.Offset + (nint)(row + i) * source.Row + (nint)first * source.Column;
            for (int k = 0, at = i; k < terms; k++, at += Panel, from += source.Column)
            {
                to[at] = sign * source.Data[from];
            }
        }
    }

    private static void Multiply(MatrixView c, double[] left, double[] right, int row, int rowEnd, int column, int columnEnd, int terms, bool lower)
    {
        var tile = stackalloc double[Panel * Panel];
        fixed (double* a = left, b = right, data = c.Data)
        {
            for (var j = column; j < columnEnd; j += Panel)
            {
                for (var i = row; i < rowEnd; i += Panel)
                {
                    if (lower && j > i + Panel - 1) continue;
                    var (down, across) = (Math.Min(Panel, rowEnd - i), Math.Min(Panel, columnEnd - j));
                    var target = data + c.Offset + (nint)i * c.Row + j;
                    if (down == Panel && across == Panel)
                    {
                        Multiply(a + (nint)i * terms, b + (nint)j * terms, terms, target, c.Row);
                        Multiply(a + (nint)i * terms + 4, b + (nint)j * terms, terms, target + 4 * (nint)c.Row, c.Row);
                        continue;
                    }

                    Copy(target, c.Row, tile, Panel, down, across);
                    Multiply(a + (nint)i * terms, b + (nint)j * terms, terms, tile, Panel);
                    Multiply(a + (nint)i * terms + 4, b + (nint)j * terms, terms, tile + 4 * Panel, Panel);
                    Copy(tile, Panel, target, c.Row, down, across);
                }
            }
        }
    }

    private static void Copy(double* from, nint fromStep, double* to, nint toStep, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                to[i * toStep + j] = from[i * fromStep + j];
            }
        }
    }

    /// <summary>Four rows by eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* a, double* b, nint terms, double* c, nint step)
    {
        var (c00, c01) = (Vector256.Load(c), Vector256.Load(c + 4));
        var (c10, c11) = (Vector256.Load(c + step), Vector256.Load(c + step + 4));
        var (c20, c21) = (Vector256.Load(c + 2 * step), Vector256.Load(c + 2 * step + 4));
        var (c30, c31) = (Vector256.Load(c + 3 * step), Vector256.Load(c + 3 * step + 4));
        for (; terms > 0; terms--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 4);
            var x = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            a += Panel;
            b += Panel;
        }

        c00.Store(c);
        c01.Store(c + 4);
        c10.Store(c + step);
        c11.Store(c + step + 4);
        c20.Store(c + 2 * step);
        c21.Store(c + 2 * step + 4);
        c30.Store(c + 3 * step);
        c31.Store(c + 3 * step + 4);
    }
}
