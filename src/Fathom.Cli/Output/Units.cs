using System.Globalization;

namespace Fathom.Cli.Output;

/// <summary>Quantities as people read them.</summary>
internal static class Units
{
    private static readonly string[] Prefixes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>A number of bytes: <c>93.8 MiB</c>.</summary>
    public static string Bytes(double count)
    {
        var step = 0;
        while (Math.Abs(count) >= 1024 && step < Prefixes.Length - 1)
        {
            count /= 1024;
            step++;
        }

        return count.ToString(step == 0 ? "F0" : "F1", CultureInfo.InvariantCulture) + " " + Prefixes[step];
    }

    /// <summary>A span of time: <c>3 h 12 min</c>, <c>4 min 10 s</c>, <c>12 s</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } => $"{(long)span.TotalHours} h {span.Minutes} min",
        { TotalMinutes: >= 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalSeconds: >= 10 } => $"{span.Seconds} s",
        _ => span.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>A rate: three significant digits.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 100 => perSecond.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => perSecond.ToString("F1", CultureInfo.InvariantCulture),
        _ => perSecond.ToString("F2", CultureInfo.InvariantCulture),
    };

    /// <summary>A count of parameters: <c>134.5 M</c>.</summary>
    public static string Count(double count) => count switch
    {
        >= 1e9 => (count / 1e9).ToString("F2", CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (count / 1e6).ToString("F1", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (count / 1e3).ToString("F1", CultureInfo.InvariantCulture) + " k",
        _ => count.ToString("F0", CultureInfo.InvariantCulture),
    };
}
