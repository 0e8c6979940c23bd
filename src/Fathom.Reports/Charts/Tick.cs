using System.Runtime.InteropServices;

namespace Fathom.Reports.Charts;

/// <summary>A mark on an axis.</summary>
/// <param name="Value">Where it stands.</param>
/// <param name="Label">What is written at it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Tick(double Value, string Label);
