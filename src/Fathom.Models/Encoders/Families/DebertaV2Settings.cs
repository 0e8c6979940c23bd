using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>What a DeBERTa v2's config.json says beside the keys of v1.</summary>
internal sealed record DebertaV2Settings
{
    /// <summary>Buckets of distances to each side; 0: every distance its own.</summary>
    public required int Buckets { get; init; }

    /// <summary>Distances the relative table is made for.</summary>
    public required int LongestDistance { get; init; }

    /// <summary>Whether the relative rows are normed.</summary>
    public required bool NormRelative { get; init; }

    /// <summary>Whether relative rows go through the projections of the content.</summary>
    public required bool SharesProjections { get; init; }

    /// <summary>Taps of the convolution after the first block; 0: there is none.</summary>
    public required int ConvolutionSize { get; init; }

    /// <summary>Its activation.</summary>
    public required Activation ConvolutionActivation { get; init; }

    /// <summary>Half the rows of the relative table.</summary>
    public int Span => Buckets > 0 ? Buckets : LongestDistance;

    /// <summary>Reads the keys; refuses what is not computed.</summary>
    public static DebertaV2Settings Read(HuggingFaceConfig config, DebertaParts parts)
    {
        if (config.Int32("attention_head_size", 1, parts.Shape.HeadDim) != parts.Shape.HeadDim) throw config.Unsupported("attention_head_size", $"{parts.Shape.HeadDim}, hidden_size over num_attention_heads");
        var norm = config.String("norm_rel_ebd", "none");
        if (norm is not ("none" or "layer_norm")) throw config.Unsupported("norm_rel_ebd", "none, layer_norm");
        var buckets = Math.Max(0, config.Int32("position_buckets", int.MinValue, -1));
        if (buckets > EncoderKeys.MostWidth || buckets == 1 || (buckets > 0 && parts.LongestDistance - 1 <= buckets / 2)) throw config.Wrong("position_buckets", $"is {buckets}, expected none, or 2 to {EncoderKeys.MostWidth} and less than twice the longest distance of {parts.LongestDistance}");
        var kernel = EncoderKeys.Size(config, "conv_kernel_size", 1 << 8, 0, 0);
        if (kernel > 0 && config.Int32("conv_groups", 1, 1) != 1) throw config.Unsupported("conv_groups", "1");
        if (kernel > 0 && kernel % 2 == 0) throw config.Unsupported("conv_kernel_size", "0 and odd numbers");
        return new DebertaV2Settings
        {
            Buckets = buckets,
            LongestDistance = parts.LongestDistance,
            NormRelative = norm == "layer_norm",
            SharesProjections = config.Boolean("share_att_key", false),
            ConvolutionSize = kernel,
            ConvolutionActivation = EncoderKeys.Activation(config, "conv_act", "tanh"),
        };
    }

    /// <summary>Bucket of a distance, query position less key position.</summary>
    public int Bucket(int distance) => Buckets > 0 ? LogBuckets.Of(distance, Buckets, LongestDistance) : distance;

    /// <summary>Row of the relative table for a distance.</summary>
    public int Place(int distance) => Math.Clamp(Bucket(distance) + Span, 0, 2 * Span - 1);
}
