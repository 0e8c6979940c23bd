using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// fp32 vectors scaled to length 1 and kept sixteen by sixteen, <c>[panel][k][16]</c>, to find near ones quickly: cosines come with a
/// bound on their error, so that the few that may be the largest can be computed again in double.
/// </summary>
internal sealed unsafe class UnitPanels
{
    private const int Panel = 16;
    private const int Group = 6;
    private const int Depth = 256;
    private readonly float[][] _panels;
    private readonly int _count;
    private readonly int _width;

    /// <summary>Takes vectors <c>[count, width]</c> with their lengths; a vector of length 0 stays 0.</summary>
    public UnitPanels(float[] vectors, double[] lengths, int width)
    {
        (_count, _width) = (lengths.Length, width);
        _panels = new float[(_count + Panel - 1) / Panel][];
        Workers.Run(_panels.Length, (long)_count * width, p =>
        {
            var panel = new float[checked(Panel * width)];
            for (var i = 0; i < Math.Min(Panel, _count - p * Panel); i++)
            {
                var item = p * Panel + i;
                var scale = lengths[item] == 0 ? 0 : 1 / lengths[item];
                var vector = vectors.AsSpan(item * width, width);
                for (var k = 0; k < width; k++)
                {
                    panel[k * Panel + i] = (float)(vector[k] * scale);
                }
            }

            _panels[p] = panel;
        });
    }

    /// <summary>
    /// Largest error of a cosine: roundings of the scaled numbers, of chains of 256 sums and of the chain of their sums, each at most
    /// 2^-24 of a sum of magnitudes that is at most 1 (Cauchy and Schwarz); a hundredth more for their products with each other.
    /// </summary>
    public double Error => (Math.Min(_width, Depth) + (_width + Depth - 1) / Depth + 8) * (1.01 / (1 << 24));

    /// <summary>Cosines of queries with every vector, <c>[queries, count]</c>.</summary>
    public float[] Cosines(ReadOnlySpan<float> queries, ReadOnlySpan<double> lengths)
    {
        // Queries six by six, [group][k][6].
        var number = lengths.Length;
        var groups = (number + Group - 1) / Group;
        var packed = new float[checked(groups * Group * _width)];
        for (var q = 0; q < number; q++)
        {
            var scale = lengths[q] == 0 ? 0 : 1 / lengths[q];
            for (int k = 0, at = q / Group * Group * _width + q % Group; k < _width; k++, at += Group)
            {
                packed[at] = (float)(queries[q * _width + k] * scale);
            }
        }

        var cosines = new float[checked(number * _count)];
        Workers.Run(_panels.Length, (long)number * _count * _width / 4, p =>
        {
            var sums = new float[groups * Group * Panel];
            fixed (float* panel = _panels[p], from = packed, to = sums)
            {
                for (var first = 0; first < _width; first += Depth)
                {
                    for (var group = 0; group < groups; group++)
                    {
                        Multiply(panel + first * Panel, from + ((nint)group * _width + first) * Group, Math.Min(Depth, _width - first), to + group * Group * Panel);
                    }
                }
            }

            for (var q = 0; q < number; q++)
            {
                sums.AsSpan(q * Panel, Math.Min(Panel, _count - p * Panel)).CopyTo(cosines.AsSpan(q * _count + p * Panel));
            }
        });
        return cosines;
    }

    /// <summary>Adds the sums of one depth to those of six queries with sixteen vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* panel, float* queries, nint terms, float* sums)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        Vector256<float> d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (; terms > 0; terms--)
        {
            var low = Vector256.Load(panel);
            var high = Vector256.Load(panel + 8);
            var x = Vector256.Create(queries[0]);
            a0 = Vector256.FusedMultiplyAdd(x, low, a0);
            a1 = Vector256.FusedMultiplyAdd(x, high, a1);
            x = Vector256.Create(queries[1]);
            b0 = Vector256.FusedMultiplyAdd(x, low, b0);
            b1 = Vector256.FusedMultiplyAdd(x, high, b1);
            x = Vector256.Create(queries[2]);
            c0 = Vector256.FusedMultiplyAdd(x, low, c0);
            c1 = Vector256.FusedMultiplyAdd(x, high, c1);
            x = Vector256.Create(queries[3]);
            d0 = Vector256.FusedMultiplyAdd(x, low, d0);
            d1 = Vector256.FusedMultiplyAdd(x, high, d1);
            x = Vector256.Create(queries[4]);
            e0 = Vector256.FusedMultiplyAdd(x, low, e0);
            e1 = Vector256.FusedMultiplyAdd(x, high, e1);
            x = Vector256.Create(queries[5]);
            f0 = Vector256.FusedMultiplyAdd(x, low, f0);
            f1 = Vector256.FusedMultiplyAdd(x, high, f1);
            panel += Panel;
            queries += Group;
        }

        Store(sums, a0, a1);
        Store(sums + Panel, b0, b1);
        Store(sums + 2 * Panel, c0, c1);
        Store(sums + 3 * Panel, d0, d1);
        Store(sums + 4 * Panel, e0, e1);
        Store(sums + 5 * Panel, f0, f1);
    }

    private static void Store(float* sums, Vector256<float> low, Vector256<float> high)
    {
        (Vector256.Load(sums) + low).Store(sums);
        (Vector256.Load(sums + 8) + high).Store(sums + 8);
    }
}
