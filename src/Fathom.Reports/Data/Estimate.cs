using System.Runtime.InteropServices;

namespace Fathom.Reports;

/// <summary>A measured number with, where one was computed, its interval. NaN stands for "not defined" and is shown as a dash.</summary>
/// <param name="Value">The number itself.</param>
/// <param name="Low">Lower end of the interval, or <see langword="null"/>.</param>
/// <param name="High">Upper end of the interval, or <see langword="null"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Estimate(double Value, double? Low = null, double? High = null)
{
    /// <summary>Whether both ends of the interval are known and finite.</summary>
    public bool HasInterval => Low is { } low && High is { } high && double.IsFinite(low) && double.IsFinite(high);
}
