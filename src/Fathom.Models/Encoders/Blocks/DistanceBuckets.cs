using Fathom.Models.Positions;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>T5's buckets of distances (key position less query position): exact for near keys, logarithmic up to the longest, then one for all.</summary>
/// <param name="Buckets">Buckets in all.</param>
/// <param name="Longest">From where on everything falls into the last one.</param>
/// <param name="BothSides">Half of the buckets for keys behind the query and half for those before it; otherwise keys ahead count as distance 0.</param>
internal readonly record struct DistanceBuckets(int Buckets, int Longest, bool BothSides)
{
    /// <summary>The bucket of a distance.</summary>
    public int Of(int distance)
    {
        var buckets = BothSides ? Buckets / 2 : Buckets;
        var first = BothSides && distance > 0 ? buckets : 0;
        var size = BothSides ? Math.Abs(distance) : -Math.Min(distance, 0);
        var exact = buckets / 2;
        if (size < exact) return first + size;
        var share = Elementary.Log((double)size / exact) / Elementary.Log((double)Longest / exact);
        return first + Math.Min(buckets - 1, exact + (int)(share * (buckets - exact)));
    }
}
