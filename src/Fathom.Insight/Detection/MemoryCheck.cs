using System.Globalization;

namespace Fathom.Insight.Detection;

/// <summary>Refuses what cannot fit before it is allocated, with the knob that would help.</summary>
internal static class MemoryCheck
{
    /// <summary>Fails where so many bytes are not there.</summary>
    /// <exception cref="FathomException">They are not.</exception>
    public static void Ensure(double bytes, string what, string knob)
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available) throw new FathomException(string.Create(CultureInfo.InvariantCulture, $"{what} takes {bytes / (1 << 30):F1} GiB of memory, there are {available / (1 << 30):F1}: {knob}"));
    }
}
