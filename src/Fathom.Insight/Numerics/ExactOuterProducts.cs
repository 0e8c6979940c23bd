using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// Adds the products of all pairs of coordinates of a block of fp32 vectors to <see cref="ExactSums"/>, without any rounding and at
/// about half the speed of rounding: a product of two fp32 numbers is exact in double; one accumulator begins so large that it rounds
/// every product to the same grid, and a second one takes what that cut off, which is known exactly and fits in it.
/// </summary>
/// <remarks>
/// With at most 2^9 vectors, coordinates below 2^e in magnitude and multiples of 2^(e - 43), sums stay below 2^(E + 9), E the sum of two
/// e. The first accumulator starts at 1.5 * 2^(E + 10) and so keeps multiples of 2^(E - 42); the rest of a product is at most 2^(E - 43),
/// all of them together at most 2^(E - 34), a multiple of 2^(E - 86): 52 bits. The few digits of small numbers below 2^(e - 43) go another way, one at a time.
/// </remarks>
internal static unsafe class ExactOuterProducts
{
    /// <summary>Most vectors of a block.</summary>
    public const int MostVectors = 512;

    private const int Panel = 8;
    private const int Digits = 43;
    private const int Headroom = 10;

    /// <summary>Adds the products.</summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>, finite.</param>
    /// <param name="count">Number of vectors, at most <see cref="MostVectors"/>.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="packed">Sums of the lower triangle, row by row: entry (i, j) at i (i + 1) / 2 + j.</param>
    public static void Add(ReadOnlySpan<float> vectors, int count, int width, ExactSums packed)
    {
        var panels = (width + Panel - 1) / Panel;
        var grids = new double[panels * Panel];
        var values = new double[checked(panels * Panel * count)];
        var rest = Pack(vectors, count, width, values, grids);

        // The last rows are the longest.
        Workers.Run(panels, (long)width * width * count / 2, task => AddRows(panels - 1 - task, values, grids, count, width, packed));
        foreach (var (vector, column, value) in rest)
        {
            AddRest(values, count, width, vector, column, value, packed);
        }

        for (var first = 0; first < rest.Count; first++)
        {
            for (var second = first + 1; second < rest.Count && rest[second].Vector == rest[first].Vector; second++)
            {
                packed.AddProduct(At(rest[first].Column, rest[second].Column), rest[first].Value, rest[second].Value);
            }
        }
    }

    /// <summary>Panels of eight columns <c>[panel][vector][8]</c>, the power of two above every column, and the digits that lie too far below it.</summary>
    private static List<(int Vector, int Column, double Value)> Pack(ReadOnlySpan<float> vectors, int count, int width, double[] values, double[] grids)
    {
        var most = new float[width];
        for (var k = 0; k < count; k++)
        {
            var vector = vectors.Slice(k * width, width);
            for (var j = 0; j < width; j++)
            {
                most[j] = Math.Max(most[j], Math.Abs(vector[j]));
            }
        }

        Array.Fill(grids, 1);
        for (var j = 0; j < width; j++)
        {
            if (most[j] > 0) grids[j] = Math.ScaleB(1, Math.ILogB((double)most[j]) + 1);
        }

        var rest = new List<(int, int, double)>();
        for (var k = 0; k < count; k++)
        {
            var vector = vectors.Slice(k * width, width);
            for (var j = 0; j < width; j++)
            {
                double value = vector[j];
                if (Math.Abs(value) < grids[j] * (1.0 / (1 << (Digits - 23))) && value != 0)
                {
                    // Adding and taking off 1.5 * 2^(52 + e - 43) leaves a multiple of 2^(e - 43).
                    var large = grids[j] * (1.5 * (1 << (52 - Digits)));
                    var kept = value + large - large;
                    if (kept != value) rest.Add((k, j, value - kept));
                    value = kept;
                }

                values[(j / Panel * count + k) * Panel + j % Panel] = value;
            }
        }

        return rest;
    }

    private static void AddRows(int panel, double[] values, double[] grids, int count, int width, ExactSums packed)
    {
        var tile = stackalloc double[4 * Panel];
        fixed (double* all = values)
        {
            for (var other = 0; other <= panel; other++)
            {
                for (var pair = 0; pair < Panel && panel * Panel + pair < width; pair += 2)
                {
                    var row = panel * Panel + pair;
                    Multiply(all + panel * count * Panel + pair, all + other * count * Panel, count, grids[row] * (1.5 * (1 << Headroom)), grids[row + 1] * (1.5 * (1 << Headroom)), grids.AsSpan(other * Panel, Panel), tile);
                    for (var i = row; i < Math.Min(row + 2, width); i++)
                    {
                        var start = At(i, other * Panel);
                        var columns = Math.Min(Panel, i + 1 - other * Panel);
                        if (columns <= 0) continue;
                        packed.Add(new ReadOnlySpan<double>(tile + (i - row) * Panel, columns), start);
                        packed.Add(new ReadOnlySpan<double>(tile + (2 + i - row) * Panel, columns), start);
                    }
                }
            }
        }
    }

    /// <summary>Two rows by eight columns: <c>[sums of row 0, of row 1, rests of row 0, of row 1]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* a, double* b, nint count, double large0, double large1, ReadOnlySpan<double> grids, double* tile)
    {
        var left = Vector256.Create(grids);
        var right = Vector256.Create(grids[4..]);
        var (start00, start01, start10, start11) = (left * large0, right * large0, left * large1, right * large1);
        var (sum00, sum01, sum10, sum11) = (start00, start01, start10, start11);
        Vector256<double> rest00 = default, rest01 = default, rest10 = default, rest11 = default;
        for (; count > 0; count--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 4);
            var x = Vector256.Create(a[0]);
            var y = Vector256.Create(a[1]);
            var next = Vector256.FusedMultiplyAdd(x, b0, sum00);
            rest00 += Vector256.FusedMultiplyAdd(x, b0, sum00 - next);
            sum00 = next;
            next = Vector256.FusedMultiplyAdd(x, b1, sum01);
            rest01 += Vector256.FusedMultiplyAdd(x, b1, sum01 - next);
            sum01 = next;
            next = Vector256.FusedMultiplyAdd(y, b0, sum10);
            rest10 += Vector256.FusedMultiplyAdd(y, b0, sum10 - next);
            sum10 = next;
            next = Vector256.FusedMultiplyAdd(y, b1, sum11);
            rest11 += Vector256.FusedMultiplyAdd(y, b1, sum11 - next);
            sum11 = next;
            a += Panel;
            b += Panel;
        }

        (sum00 - start00).Store(tile);
        (sum01 - start01).Store(tile + 4);
        (sum10 - start10).Store(tile + 8);
        (sum11 - start11).Store(tile + 12);
        rest00.Store(tile + 16);
        rest01.Store(tile + 20);
        rest10.Store(tile + 24);
        rest11.Store(tile + 28);
    }

    // The digits left over of one number, times every coordinate of its vector as packed.
    private static void AddRest(double[] values, int count, int width, int vector, int column, double rest, ExactSums packed)
    {
        for (var j = 0; j < width; j++)
        {
            var value = values[(j / Panel * count + vector) * Panel + j % Panel];
            packed.AddProduct(At(column, j), rest, j == column ? 2 * value : value);
        }

        packed.AddProduct(At(column, column), rest, rest);
    }

    private static int At(int i, int j) => i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
}
