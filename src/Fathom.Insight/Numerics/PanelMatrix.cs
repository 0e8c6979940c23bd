using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// Rows kept eight by eight, <c>[panel][k][8]</c>, to multiply many or single vectors with: each product adds its terms in the order of
/// k with fused multiply-add, so a vector's numbers are the same alone and among others. A triangular matrix keeps its lower half.
/// </summary>
internal sealed unsafe class PanelMatrix
{
    private const int Panel = 8;
    private readonly double[][] _panels;

    /// <summary>Takes rows in.</summary>
    /// <param name="row">Gives row i; only its first <paramref name="lengthOf"/>(i) numbers are read.</param>
    /// <param name="lengthOf">Numbers of row i that may differ from 0, ascending.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Width of the rows.</param>
    public PanelMatrix(Func<int, ReadOnlyMemory<double>> row, Func<int, int> lengthOf, int rows, int width)
    {
        Rows = rows;
        Width = width;
        _panels = new double[(rows + Panel - 1) / Panel][];
        Workers.Run(_panels.Length, 2L * rows * width, p =>
        {
            var count = Math.Min(Panel, rows - p * Panel);
            var panel = new double[checked(Panel * lengthOf(p * Panel + count - 1))];
            for (var i = 0; i < count; i++)
            {
                var values = row(p * Panel + i).Span[..lengthOf(p * Panel + i)];
                for (var k = 0; k < values.Length; k++)
                {
                    panel[k * Panel + i] = values[k];
                }
            }

            _panels[p] = panel;
        });
    }

    public int Rows { get; }

    public int Width { get; }

    /// <summary>Element (i, k).</summary>
    public double this[int row, int k] => k * Panel < _panels[row / Panel].Length ? _panels[row / Panel][k * Panel + row % Panel] : 0;

    /// <summary>Rows of a row-major array.</summary>
    public static PanelMatrix Of(double[] values, int rows, int width) =>
        new(i => values.AsMemory(i * width, width), _ => width, rows, width);

    /// <summary>The lower triangle of a row-major square.</summary>
    public static PanelMatrix OfLower(double[] square, int size) =>
        new(i => square.AsMemory(i * size, size), static i => i + 1, size, size);

    /// <summary>The lower triangle from its rows one after another.</summary>
    public static PanelMatrix OfPacked(double[] packed, int size) =>
        new(i => packed.AsMemory(checked(i * (i + 1) / 2), i + 1), static i => i + 1, size, size);

    /// <summary>The products of every row with every vector, <c>[count, rows]</c>.</summary>
    public double[] Multiply(ReadOnlySpan<double> vectors, int count)
    {
        var products = new double[checked(count * Rows)];
        fixed (double* input = vectors, output = products)
        {
            var (x, y) = ((nint)input, (nint)output);
            Workers.Run(_panels.Length, (long)count * Rows * Width, task =>
            {
                // The last panels of a triangle are the longest.
                var p = _panels.Length - 1 - task;
                fixed (double* panel = _panels[p])
                {
                    MultiplyPanel(panel, _panels[p].Length / Panel, (double*)x, count, (double*)y + p * Panel, Math.Min(Panel, Rows - p * Panel));
                }
            });
        }

        return products;
    }

    private void MultiplyPanel(double* panel, int terms, double* vectors, int count, double* products, int rows)
    {
        var tile = stackalloc double[4 * Panel];
        for (var q = 0; q < count; q += 4)
        {
            var together = Math.Min(4, count - q);
            var first = vectors + (nint)q * Width;
            if (together == 4) Multiply(panel, terms, first, Width, tile);
            else
            {
                for (var i = 0; i < together; i++) Multiply(panel, terms, first + (nint)i * Width, tile + i * Panel);
            }

            for (var i = 0; i < together; i++)
            {
                for (var r = 0; r < rows; r++)
                {
                    products[(nint)(q + i) * Rows + r] = tile[i * Panel + r];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* panel, nint terms, double* vector, double* tile)
    {
        Vector256<double> low = default, high = default;
        for (nint k = 0; k < terms; k++, panel += Panel)
        {
            var x = Vector256.Create(vector[k]);
            low = Vector256.FusedMultiplyAdd(x, Vector256.Load(panel), low);
            high = Vector256.FusedMultiplyAdd(x, Vector256.Load(panel + 4), high);
        }

        low.Store(tile);
        high.Store(tile + 4);
    }

    /// <summary>Four vectors at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* panel, nint terms, double* vectors, nint step, double* tile)
    {
        Vector256<double> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        double* second = vectors + step, third = second + step, fourth = third + step;
        for (nint k = 0; k < terms; k++, panel += Panel)
        {
            var low = Vector256.Load(panel);
            var high = Vector256.Load(panel + 4);
            var x = Vector256.Create(vectors[k]);
            c00 = Vector256.FusedMultiplyAdd(x, low, c00);
            c01 = Vector256.FusedMultiplyAdd(x, high, c01);
            x = Vector256.Create(second[k]);
            c10 = Vector256.FusedMultiplyAdd(x, low, c10);
            c11 = Vector256.FusedMultiplyAdd(x, high, c11);
            x = Vector256.Create(third[k]);
            c20 = Vector256.FusedMultiplyAdd(x, low, c20);
            c21 = Vector256.FusedMultiplyAdd(x, high, c21);
            x = Vector256.Create(fourth[k]);
            c30 = Vector256.FusedMultiplyAdd(x, low, c30);
            c31 = Vector256.FusedMultiplyAdd(x, high, c31);
        }

        c00.Store(tile);
        c01.Store(tile + 4);
        c10.Store(tile + 8);
        c11.Store(tile + 12);
        c20.Store(tile + 16);
        c21.Store(tile + 20);
        c30.Store(tile + 24);
        c31.Store(tile + 28);
    }
}
