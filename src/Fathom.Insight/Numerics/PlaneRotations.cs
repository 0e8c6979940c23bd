using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// Rotations of neighbouring rows of a square, kept until there are many and then applied column by column: a matrix that does not
/// fit in the cache is read once for dozens of sweeps, and processors share the columns.
/// </summary>
internal sealed unsafe class PlaneRotations
{
    private const int Columns = 16;
    private readonly double[] _matrix;
    private readonly int _size;
    private readonly int[] _rows;
    private readonly double[] _cosines;
    private readonly double[] _sines;
    private int _count;

    /// <summary>Rotations of the rows of a row-major square.</summary>
    public PlaneRotations(double[] matrix, int size)
    {
        (_matrix, _size) = (matrix, size);
        var most = Math.Min(64 * size, 1 << 20) + size;
        (_rows, _cosines, _sines) = (new int[most], new double[most], new double[most]);
    }

    /// <summary>Turns row i and the next into cosine · first - sine · second and sine · first + cosine · second.</summary>
    public void Add(int row, double cosine, double sine)
    {
        if (_count == _rows.Length) Apply();
        (_rows[_count], _cosines[_count], _sines[_count]) = (row, cosine, sine);
        _count++;
    }

    /// <summary>Does what was kept.</summary>
    public void Apply()
    {
        Workers.Run((_size + Columns - 1) / Columns, (long)_count * _size * 2, task =>
        {
            fixed (double* matrix = _matrix, cosines = _cosines, sines = _sines)
            {
                fixed (int* rows = _rows)
                {
                    if ((task + 1) * Columns <= _size) Turn(matrix + task * Columns, _size, rows, cosines, sines, _count);
                    else TurnLast(matrix, task * Columns);
                }
            }
        });
        _count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(double* matrix, nint size, int* rows, double* cosines, double* sines, int count)
    {
        // Sweeps go upwards, so a row that was the first of a pair is the second of the next and stays in registers.
        Vector256<double> a = default, b = default, c = default, d = default;
        var held = -2;
        for (var r = 0; r < count; r++)
        {
            var upper = matrix + rows[r] * size;
            var lower = upper + size;
            if (rows[r] + 1 != held)
            {
                if (held >= 0) Store(matrix + held * size, a, b, c, d);
                (a, b, c, d) = (Vector256.Load(lower), Vector256.Load(lower + 4), Vector256.Load(lower + 8), Vector256.Load(lower + 12));
            }

            var cosine = Vector256.Create(cosines[r]);
            var sine = Vector256.Create(sines[r]);
            var (p, q, s, t) = (Vector256.Load(upper), Vector256.Load(upper + 4), Vector256.Load(upper + 8), Vector256.Load(upper + 12));
            Store(
                lower,
                Vector256.FusedMultiplyAdd(sine, p, cosine * a),
                Vector256.FusedMultiplyAdd(sine, q, cosine * b),
                Vector256.FusedMultiplyAdd(sine, s, cosine * c),
                Vector256.FusedMultiplyAdd(sine, t, cosine * d));
            a = Vector256.FusedMultiplyAdd(cosine, p, -(sine * a));
            b = Vector256.FusedMultiplyAdd(cosine, q, -(sine * b));
            c = Vector256.FusedMultiplyAdd(cosine, s, -(sine * c));
            d = Vector256.FusedMultiplyAdd(cosine, t, -(sine * d));
            held = rows[r];
        }

        if (held >= 0) Store(matrix + held * size, a, b, c, d);
    }

    private static void Store(double* to, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        a.Store(to);
        b.Store(to + 4);
        c.Store(to + 8);
        d.Store(to + 12);
    }

    private void TurnLast(double* matrix, int first)
    {
        for (var r = 0; r < _count; r++)
        {
            var upper = matrix + (nint)_rows[r] * _size;
            for (var j = first; j < _size; j++)
            {
                var (p, a) = (upper[j], upper[_size + j]);
                upper[_size + j] = Math.FusedMultiplyAdd(_sines[r], p, _cosines[r] * a);
                upper[j] = Math.FusedMultiplyAdd(_cosines[r], p, -(_sines[r] * a));
            }
        }
    }
}
