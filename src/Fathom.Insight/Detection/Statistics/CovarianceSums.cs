using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// Sums of the outer products of many vectors, each as a value and what rounding lost of it, so that the covariance does not depend
/// on the order of the vectors nor on how they were split, and a large mean beside a small spread costs nothing (see
/// <see cref="MomentSums"/>). Keeps besides what Ledoit and Wolf's shrinkage needs of the fourth moment: sums of |z|² z and |z|⁴.
/// Memory is width², whatever the number of vectors.
/// </summary>
internal sealed class CovarianceSums
{
    private readonly int _width;

    // Lower triangle, row by row: entry (i, j) at i (i + 1) / 2 + j.
    private readonly double[] _products;
    private readonly double[] _lost;
    private readonly DoubleDouble[] _sums;
    private readonly DoubleDouble[] _weighted;
    private DoubleDouble _fourth;

    public CovarianceSums(int width)
    {
        _width = width;
        _products = new double[PackedLength(width)];
        _lost = new double[_products.Length];
        _sums = new DoubleDouble[width];
        _weighted = new DoubleDouble[width];
    }

    public int Count { get; private set; }

    /// <summary>Numbers in a packed triangle.</summary>
    public static int PackedLength(int width) => checked((int)((long)width * (width + 1) / 2));

    public void Add(ReadOnlySpan<double> vector)
    {
        var square = default(DoubleDouble);
        for (var i = 0; i < _width; i++)
        {
            square += DoubleDouble.Square(vector[i]);
            AddRow(vector[..(i + 1)], vector[i], i * (i + 1) / 2);
        }

        for (var i = 0; i < _width; i++)
        {
            _sums[i] += vector[i];
            _weighted[i] += square * vector[i];
        }

        _fourth += square * square;
        Count = checked(Count + 1);
    }

    public void MergeWith(CovarianceSums other)
    {
        for (var at = 0; at < _products.Length; at++)
        {
            var (sum, error) = TwoSum(_products[at], other._products[at]);
            _products[at] = sum;
            _lost[at] += other._lost[at] + error;
        }

        for (var i = 0; i < _width; i++)
        {
            _sums[i] += other._sums[i];
            _weighted[i] += other._weighted[i];
        }

        _fourth += other._fourth;
        Count = checked(Count + other.Count);
    }

    /// <summary>Mean, covariance (divided by the count; packed) and Ledoit and Wolf's shrinkage.</summary>
    public (double[] Mean, double[] Covariance, double Shrinkage) Finish()
    {
        var mean = new DoubleDouble[_width];
        for (var i = 0; i < _width; i++) mean[i] = _sums[i] / Count;

        // m' P m and m' m, P the sum of outer products, for the fourth moment about the mean.
        DoubleDouble quadratic = default, meanSquare = default, meanWeighted = default, total = default;
        var covariance = new double[_products.Length];
        double squares = 0, trace = 0;
        for (var i = 0; i < _width; i++)
        {
            var row = default(DoubleDouble);
            for (var j = 0; j <= i; j++)
            {
                var at = i * (i + 1) / 2 + j;
                var product = (DoubleDouble)_products[at] + _lost[at];
                var value = (double)((product - mean[i] * _sums[j]) / Count);
                if (i == j)
                {
                    value = Math.Max(0, value);
                    trace += value;
                    total += product;
                    row += product * mean[j];
                }
                else
                {
                    row += product * mean[j] * 2;
                }

                covariance[at] = value;
                squares += (i == j ? 1 : 2) * value * value;
            }

            quadratic += row * mean[i];
            meanSquare += mean[i] * mean[i];
            meanWeighted += mean[i] * _weighted[i];
        }

        // Sum of |z - m|⁴ = sum of (a - 2 m.z + c)², a = |z|², c = |m|²; the sum of m.z is n c.
        var fourth = (double)(_fourth + quadratic * 4 - meanWeighted * 4 + total * meanSquare * 2 - meanSquare * meanSquare * (3.0 * Count));
        return ([.. mean.Select(static value => (double)value)], covariance, FullGaussian.LedoitWolfShrinkage(_width, Count, trace, squares, fourth));
    }

    private void AddRow(ReadOnlySpan<double> vector, double factor, int start)
    {
        var whole = vector.Length & ~7;
        ref var from = ref MemoryMarshal.GetReference(vector);
        ref var products = ref _products[start];
        ref var lost = ref _lost[start];
        var factors = Vector512.Create(factor);
        for (var j = 0; j < whole; j += 8)
        {
            var values = Vector512.LoadUnsafe(ref from, (nuint)j);
            var product = values * factors;
            var rest = Vector512.FusedMultiplyAdd(values, factors, -product);
            var old = Vector512.LoadUnsafe(ref products, (nuint)j);
            var sum = old + product;
            var part = sum - old;
            var error = old - (sum - part) + (product - part);
            sum.StoreUnsafe(ref products, (nuint)j);
            (Vector512.LoadUnsafe(ref lost, (nuint)j) + (error + rest)).StoreUnsafe(ref lost, (nuint)j);
        }

        for (var j = whole; j < vector.Length; j++)
        {
            var product = vector[j] * factor;
            var rest = Math.FusedMultiplyAdd(vector[j], factor, -product);
            var (sum, error) = TwoSum(_products[start + j], product);
            _products[start + j] = sum;
            _lost[start + j] += error + rest;
        }
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }
}
