using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// Many sums at once, each kept as three doubles that do not overlap. While the bits of a sum, from its largest possible digit to
/// the last digit of its smallest term, span fewer than about 155, no addition rounds (terms made of fp32 numbers that differ by up
/// to a factor of 2^40 stay far below): then the sum is the true one, and neither the order of the terms nor how they were shared out
/// can change a bit of it.
/// </summary>
internal sealed class ExactSums(int length)
{
    private readonly double[] _high = new double[length];
    private readonly double[] _middle = new double[length];
    private readonly double[] _low = new double[length];

    /// <summary>Number of sums.</summary>
    public int Length => _high.Length;

    /// <summary>The three parts, for files.</summary>
    public (double[] High, double[] Middle, double[] Low) Parts => (_high, _middle, _low);

    /// <summary>The sum to the nearest pair of doubles: one number has one pair, however its parts were split.</summary>
    public DoubleDouble this[int at]
    {
        get
        {
            var (a, b) = TwoSum(_high[at], _middle[at]);
            (b, var c) = TwoSum(b, _low[at]);
            (a, b) = TwoSum(a, b);
            (b, c) = TwoSum(b, c);
            var high = Nearest(a, b, c);
            (a, b) = TwoSum(a - high, b);
            (b, c) = TwoSum(b, c);
            return new DoubleDouble(high, Nearest(a, b, c));
        }
    }

    /// <summary>Adds one term to every sum from <paramref name="start"/> on.</summary>
    public void Add(ReadOnlySpan<double> terms, int start = 0)
    {
        ref var high = ref MemoryMarshal.GetReference(_high.AsSpan(start, terms.Length));
        ref var middle = ref MemoryMarshal.GetReference(_middle.AsSpan(start, terms.Length));
        ref var low = ref MemoryMarshal.GetReference(_low.AsSpan(start, terms.Length));
        ref var from = ref MemoryMarshal.GetReference(terms);
        var whole = terms.Length & ~3;
        for (nuint i = 0; i < (nuint)whole; i += 4)
        {
            var term = Vector256.LoadUnsafe(ref from, i);
            var a = Vector256.LoadUnsafe(ref high, i);
            var sum = a + term;
            var part = sum - a;
            term = a - (sum - part) + (term - part);
            var b = Vector256.LoadUnsafe(ref middle, i);
            var next = b + term;
            part = next - b;
            term = b - (next - part) + (term - part);
            var c = Vector256.LoadUnsafe(ref low, i) + term;

            // Back to parts that do not overlap.
            b = next + c;
            c -= b - next;
            a = sum + b;
            b -= a - sum;
            a.StoreUnsafe(ref high, i);
            b.StoreUnsafe(ref middle, i);
            c.StoreUnsafe(ref low, i);
        }

        for (var i = whole; i < terms.Length; i++)
        {
            Add(start + i, terms[i]);
        }
    }

    /// <summary>Adds one term to one sum.</summary>
    public void Add(int at, double term)
    {
        var (sum, rest) = TwoSum(_high[at], term);
        (var next, rest) = TwoSum(_middle[at], rest);
        var c = _low[at] + rest;
        var b = next + c;
        _low[at] = c - (b - next);
        var a = sum + b;
        _middle[at] = b - (a - sum);
        _high[at] = a;
    }

    /// <summary>Adds the exact product of two doubles to one sum.</summary>
    public void AddProduct(int at, double left, double right)
    {
        var product = left * right;
        Add(at, product);
        Add(at, Math.FusedMultiplyAdd(left, right, -product));
    }

    /// <summary>Adds what other sums hold.</summary>
    public void Add(ExactSums other)
    {
        Add(other._low);
        Add(other._middle);
        Add(other._high);
    }

    /// <summary>Takes sums from a file.</summary>
    public void Restore(double[] high, double[] middle, double[] low)
    {
        high.CopyTo(_high, 0);
        middle.CopyTo(_middle, 0);
        low.CopyTo(_low, 0);
    }

    /// <summary>
    /// a + b + c rounded once, for parts that do not overlap: the small ones are added so that their last bit remembers whether
    /// anything was lost (S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums", 2008).
    /// </summary>
    private static double Nearest(double a, double b, double c)
    {
        var (sum, rest) = TwoSum(b, c);
        if (rest != 0 && (BitConverter.DoubleToInt64Bits(sum) & 1) == 0)
        {
            sum = rest > 0 ? Math.BitIncrement(sum) : Math.BitDecrement(sum);
        }

        return a + sum;
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }
}
