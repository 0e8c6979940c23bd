using System.Globalization;

namespace Fathom.Reports.Charts;

/// <summary>Numbers as the drawings and tables write them.</summary>
public static class Svg
{
    /// <summary>A coordinate with at most two decimals; 0 for what is not a number.</summary>
    public static string N(double value) =>
        double.IsFinite(value) ? (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture) : "0";

    /// <summary>A number with fixed decimals and a real minus sign; a dash when it is not defined, ∞ when infinite.</summary>
    public static string Fixed(double value, int decimals = 3)
    {
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        var text = Math.Abs(value).ToString("F" + decimals, CultureInfo.InvariantCulture);
        return value < 0 && text.AsSpan().ContainsAnyExcept('0', '.') ? "−" + text : text;
    }

    /// <summary>A score of unknown size with about four digits that matter.</summary>
    public static string Score(double value)
    {
        if (!double.IsFinite(value) || value == 0)
            return Fixed(value, 0);
        var size = Math.Abs(value);
        return size switch
        {
            >= 1e7 or < 1e-3 => (value < 0 ? "−" : "") + size.ToString("0.00e0", CultureInfo.InvariantCulture),
            >= 1000 => (value < 0 ? "−" : "") + size.ToString("#,0", CultureInfo.InvariantCulture),
            >= 100 => Fixed(value, 1),
            >= 10 => Fixed(value, 2),
            _ => Fixed(value, 3),
        };
    }

    /// <summary>A whole number with commas between thousands.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
