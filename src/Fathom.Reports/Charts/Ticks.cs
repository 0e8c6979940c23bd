using System.Globalization;

namespace Fathom.Reports.Charts;

/// <summary>Round values for an axis: multiples of 1, 2 or 5 times a power of ten.</summary>
public static class Ticks
{
    // Beyond these a step or a difference would overflow or lose all its digits.
    private const double Largest = 1e300;
    private const double SmallestStep = 1e-290;

    /// <summary>
    /// A usable range from any two numbers: ends swapped when in the wrong order, widened when (nearly) equal, 0 to 1 when not numbers.
    /// </summary>
    public static (double Low, double High) Range(double low, double high)
    {
        if (double.IsNaN(low) || double.IsNaN(high))
            return (0, 1);
        low = Math.Clamp(low, -Largest, Largest);
        high = Math.Clamp(high, -Largest, Largest);
        if (low > high)
            (low, high) = (high, low);

        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        if (size < SmallestStep * 1e3)
            return (-1, 1);
        if (high - low >= size * 1e-9)
            return (low, high);

        var middle = (low / 2) + (high / 2);
        return (middle - (size / 2), middle + (size / 2));
    }

    /// <summary>
    /// Ascending round values within [low, high], evenly spaced, between 1 and <paramref name="target"/> + 1 of them, with distinct labels.
    /// </summary>
    /// <param name="low">Lower end; see <see cref="Range"/> for what is done with odd ends.</param>
    /// <param name="high">Upper end.</param>
    /// <param name="target">About how many are wanted, at least 3.</param>
    public static IReadOnlyList<Tick> Linear(double low, double high, int target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, 3);
        (low, high) = Range(low, high);
        var (mantissa, exponent) = Step((high - low) / target);
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        var first = Math.Ceiling(Multiples(low, mantissa, exponent) - 1e-9);
        var last = Math.Floor(Multiples(high, mantissa, exponent) + 1e-9);
        var ticks = new List<Tick>();
        for (var k = first; k <= last; k++)
        {
            // Adding zero turns -0 into 0.
            var value = Math.Clamp(Scale(k * mantissa, exponent), low, high) + 0.0;
            ticks.Add(new Tick(value, Label(value, exponent, largest)));
        }

        return ticks;
    }

    /// <summary>Powers of ten within [low, high], or with 2 and 5 times them when the range is short. Both ends must be positive.</summary>
    public static IReadOnlyList<Tick> Logarithmic(double low, double high, int target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, 3);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(low);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        var from = (int)Math.Floor(Math.Log10(low));
        var to = (int)Math.Ceiling(Math.Log10(high));
        var decades = Math.Max(1, (to - from + target - 1) / target);
        double[] mantissas = (to - from) * 3 <= target + 3 ? [1, 2, 5] : [1];
        var ticks = new List<Tick>();
        for (var exponent = from; exponent <= to; exponent += decades)
        {
            foreach (var mantissa in mantissas)
            {
                var value = Scale(mantissa, exponent);
                if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
                    ticks.Add(new Tick(value, Label(value, exponent, value)));
            }
        }

        return ticks;
    }

    /// <summary>The smallest 1, 2 or 5 times a power of ten that is at least <paramref name="raw"/>.</summary>
    private static (int Mantissa, int Exponent) Step(double raw)
    {
        var exponent = (int)Math.Floor(Math.Log10(raw));
        foreach (var mantissa in (ReadOnlySpan<int>)[1, 2, 5])
        {
            if (Scale(mantissa, exponent) >= raw * (1 - 1e-9))
                return (mantissa, exponent);
        }

        return (1, exponent + 1);
    }

    // Dividing by a whole power of ten gives the nearest double to 0.1, 0.2, 0.3 …; multiplying by 0.1 does not.
    private static double Scale(double value, int exponent) =>
        exponent >= 0 ? value * Math.Pow(10, exponent) : value / Math.Pow(10, -exponent);

    private static double Multiples(double value, int mantissa, int exponent) =>
        (exponent >= 0 ? value / Math.Pow(10, exponent) : value * Math.Pow(10, -exponent)) / mantissa;

    /// <summary>A label with just the digits that the step needs; thousands as k, M, G, T; powers of ten for the rest.</summary>
    private static string Label(double value, int stepExponent, double largest)
    {
        if (value == 0)
            return "0";
        var (unit, suffix) = largest switch
        {
            >= 1e15 => (double.NaN, ""),
            >= 1e12 => (12, "T"),
            >= 1e9 => (9, "G"),
            >= 1e6 => (6, "M"),
            >= 1e4 => (3, "k"),
            >= 1e-3 => (0, ""),
            _ => (double.NaN, ""),
        };
        if (double.IsNaN(unit))
        {
            unit = Math.Floor(Math.Log10(largest) + 1e-9);
            suffix = "e" + unit.ToString("0", CultureInfo.InvariantCulture);
        }

        var decimals = Math.Clamp((int)unit - stepExponent, 0, 15);
        var text = Scale(Math.Abs(value), -(int)unit).ToString("F" + decimals, CultureInfo.InvariantCulture);
        return (value < 0 ? "−" : "") + text + suffix;
    }
}
