using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>DeBERTa v2 and v3: distances in logarithmic buckets, projections shared between content and positions, a convolution after the first block in the largest.</summary>
internal sealed class DebertaV2Family : IEncoderFamily
{
    // What the reference values' second table is named after and was made with.
    private const string PublishedTable = "_256_512";
    private const int PublishedBuckets = 256, PublishedLongest = 512;

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["deberta-v2"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        var parts = DebertaParts.Read(config);
        if (config.Int32("attention_head_size", 1, parts.Shape.HeadDim) != parts.Shape.HeadDim) throw config.Unsupported("attention_head_size", $"{parts.Shape.HeadDim}, hidden_size over num_attention_heads");
        var norm = config.String("norm_rel_ebd", "none");
        if (norm is not ("none" or "layer_norm")) throw config.Unsupported("norm_rel_ebd", "none, layer_norm");
        var buckets = Math.Max(0, config.Int32("position_buckets", int.MinValue, -1));
        if (buckets > EncoderKeys.MostWidth || buckets == 1 || (buckets > 0 && parts.LongestDistance - 1 <= buckets / 2)) throw config.Wrong("position_buckets", $"is {buckets}, expected none, or 2 to {EncoderKeys.MostWidth} and less than twice the longest distance of {parts.LongestDistance}");
        var kernel = EncoderKeys.Size(config, "conv_kernel_size", 1 << 8, 0, 0);
        if (kernel > 0 && config.Int32("conv_groups", 1, 1) != 1) throw config.Unsupported("conv_groups", "1");
        if (kernel > 0 && kernel % 2 == 0) throw config.Unsupported("conv_kernel_size", "0 and odd numbers");
        var settings = new Settings(
            buckets,
            norm == "layer_norm",
            config.Boolean("share_att_key", false),
            kernel,
            EncoderKeys.Activation(config, "conv_act", "tanh"));
        return new EncoderPlan(parts.Shape, weights => Build(parts, settings, weights));
    }

    private static EncoderStack Build(DebertaParts parts, Settings settings, WeightBinder weights)
    {
        var (shape, prefix) = (parts.Shape, DebertaParts.Prefix(weights));
        var layers = new BertLayers(shape, weights, prefix, parts.Epsilon, parts.Activation);
        var span = settings.Buckets > 0 ? settings.Buckets : parts.LongestDistance;
        var owned = new List<IDisposable>();
        RelativeRows? rows = null;
        if (parts.Relative)
        {
            rows = new RelativeRows(weights.Matrix(prefix + "encoder.rel_embeddings.weight", checked(2 * span), shape.Width), settings.NormRelative ? layers.Norm(prefix + "encoder.LayerNorm") : null);
            owned.Add(rows);
        }

        var blocks = Enumerable.Range(0, shape.Layers).Select(Block).ToList();
        if (settings.ConvolutionSize > 0) blocks[0] = Convolution(blocks[0]);
        return parts.Stack(weights, layers, blocks, owned, settings.ConvolutionSize > 0, Table);

        IEncoderBlock Block(int layer)
        {
            var at = $"{prefix}encoder.layer.{layer}.attention.self.";
            var query = weights.Projection(at + "query_proj", shape.Width, shape.Width, bias: true);
            var key = weights.Projection(at + "key_proj", shape.Width, shape.Width, bias: true);
            var value = weights.Projection(at + "value_proj", shape.Width, shape.Width, bias: true);
            return layers.Block(layer, new QueryKeyValue(query, key, value), parts.Scale, Bias(at, query, key));
        }

        DisentangledBias? Bias(string at, Projection query, Projection key)
        {
            if (rows is null || !(parts.ContentToPosition || parts.PositionToContent)) return null;
            var keys = parts.ContentToPosition ? Positions(settings.SharesProjections ? key : weights.Projection(at + "pos_key_proj", shape.Width, shape.Width, bias: true)) : null;
            var queries = parts.PositionToContent ? Positions(settings.SharesProjections ? query : weights.Projection(at + "pos_query_proj", shape.Width, shape.Width, bias: true)) : null;
            return new DisentangledBias(shape.Heads, shape.HeadDim, 2 * span, distance => Math.Clamp(Bucket(distance) + span, 0, 2 * span - 1)) { Keys = keys, Queries = queries };
        }

        RelativeProjection Positions(Projection projection)
        {
            var made = new RelativeProjection(rows, projection, shape.Heads, shape.HeadDim);
            owned.Add(made);
            return made;
        }

        ConvolutionBlock Convolution(IEncoderBlock first)
        {
            var kernel = weights.MatrixPart(prefix + "encoder.conv.conv.weight", [shape.Width, shape.Width, settings.ConvolutionSize], 0, shape.Width);
            var bias = weights.Vector(prefix + "encoder.conv.conv.bias", shape.Width);
            return new ConvolutionBlock(first, new Projection(kernel, bias), shape.Width, settings.ConvolutionSize, settings.ConvolutionActivation, layers.Norm(prefix + "encoder.conv.LayerNorm"));
        }

        int Bucket(int distance) => settings.Buckets > 0 ? LogBuckets.Of(distance, settings.Buckets, parts.LongestDistance) : distance;

        Func<int, int>? Table(string name) => name switch
        {
            "" => Bucket,
            PublishedTable => distance => LogBuckets.Of(distance, PublishedBuckets, PublishedLongest),
            _ => null,
        };
    }

    private sealed record Settings(int Buckets, bool NormRelative, bool SharesProjections, int ConvolutionSize, Activation ConvolutionActivation);
}
