using System.Runtime.InteropServices;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>A vector of the fit data with what settles its place in any order.</summary>
internal readonly record struct ScatterSample(string Label, long Index, float[] Vector)
{
    /// <summary>A number from the sample's place in the data alone: those with the lowest stand for all.</summary>
    public uint Priority => Tensors.CounterRandom.Philox(((uint)Index, (uint)(Index >> 32), 0, 0), (0x73636174, 0)).A;

    /// <summary>By label, then place, then every bit: samples of several files may share a place.</summary>
    public static int Compare(ScatterSample left, ScatterSample right)
    {
        var order = string.CompareOrdinal(left.Label, right.Label);
        if (order == 0) order = left.Index.CompareTo(right.Index);
        return order != 0 ? order : MemoryMarshal.AsBytes(left.Vector.AsSpan()).SequenceCompareTo(MemoryMarshal.AsBytes(right.Vector.AsSpan()));
    }
}
