using Fathom.Models.Positions;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>DeBERTa v2's buckets of distances: exact up to half the buckets, then by the logarithm up to the largest distance.</summary>
internal static class LogBuckets
{
    /// <summary>The bucket of a distance: sign(r) (ceil(ln(|r| / mid) / ln((longest - 1) / mid) (mid - 1)) + mid) beyond mid = buckets / 2.</summary>
    public static int Of(int distance, int buckets, int longest)
    {
        var middle = buckets / 2;
        var size = Math.Abs(distance);
        if (size <= middle) return distance;
        var share = Elementary.Log((double)size / middle) / Elementary.Log((longest - 1.0) / middle);
        return Math.Sign(distance) * ((int)Math.Ceiling(share * (middle - 1)) + middle);
    }
}
