namespace Fathom.Reports.Charts;

/// <summary>A range of values, its round marks, and the way from a value to a place on the drawing.</summary>
public sealed class Axis
{
    private Axis(double low, double high, bool logarithmic, IReadOnlyList<Tick> ticks)
    {
        Low = low;
        High = high;
        IsLogarithmic = logarithmic;
        Ticks = ticks;
    }

    /// <summary>Value at the start of the axis.</summary>
    public double Low { get; }

    /// <summary>Value at the end of the axis.</summary>
    public double High { get; }

    /// <summary>Whether equal steps stand for equal ratios.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>The marks.</summary>
    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>A linear axis over a range, whatever the numbers are (see <see cref="Ticks.Range"/>).</summary>
    public static Axis Linear(double low, double high, int ticks = 5)
    {
        (low, high) = Charts.Ticks.Range(low, high);
        return new Axis(low, high, logarithmic: false, Charts.Ticks.Linear(low, high, ticks));
    }

    /// <summary>A linear axis for things that are counted, such as layers: marks at whole numbers only.</summary>
    public static Axis Whole(double low, double high, int ticks = 5)
    {
        (low, high) = Charts.Ticks.Range(low, high);
        var marks = Charts.Ticks.Linear(low, high, (int)Math.Clamp(high - low, 3, Math.Max(3, ticks)))
            .Where(tick => double.IsInteger(tick.Value))
            .Select(tick => Math.Abs(tick.Value) < 1e4 ? tick with { Label = Svg.Fixed(tick.Value, 0) } : tick);
        return new Axis(low, high, logarithmic: false, [.. marks]);
    }

    /// <summary>A logarithmic axis; both ends must be positive, and lie within 1e-290 to 1e300 or are moved there.</summary>
    public static Axis Logarithmic(double low, double high, int ticks = 5)
    {
        low = Math.Clamp(low, 1e-290, 1e299);
        high = Math.Clamp(high, low, 1e300);
        if (high < low * 1.5)
            (low, high) = (low / 2, high * 2);
        return new Axis(low, high, logarithmic: true, Charts.Ticks.Logarithmic(low, high, ticks));
    }

    /// <summary>The axis that suits the values: those that are not finite are ignored, and none at all gives 0 to 1.</summary>
    public static Axis For(IEnumerable<double> values, AxisScale scale, int ticks = 5)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity, lowPositive = double.PositiveInfinity;
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            if (value > 0)
                lowPositive = Math.Min(lowPositive, value);
        }

        if (high < low)
            return Linear(0, 1, ticks);
        var logarithmic = scale switch
        {
            AxisScale.Logarithmic => high > 0,
            AxisScale.Automatic => low > 0 && high / low > 100,
            _ => false,
        };
        if (logarithmic)
            return Logarithmic(lowPositive, high, ticks);

        // A range of positive values that begins near zero is honest only when it begins at zero.
        if (low > 0 && low < high * 0.4)
            low = 0;
        return Linear(low, high, ticks);
    }

    /// <summary>Place of a value between two positions; values beyond the ends sit at the ends, NaN at the start.</summary>
    public double Map(double value, double from, double to)
    {
        if (double.IsNaN(value))
            return from;
        value = Math.Clamp(value, Low, High);
        var share = IsLogarithmic
            ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
            : ((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2));
        return from + (Math.Clamp(share, 0, 1) * (to - from));
    }
}
