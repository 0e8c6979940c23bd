using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;

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
        var settings = DebertaV2Settings.Read(config, parts);
        return new EncoderPlan(parts.Shape, weights => Build(parts, settings, weights));
    }

    private static EncoderStack Build(DebertaParts parts, DebertaV2Settings settings, WeightBinder weights)
    {
        var (shape, prefix) = (parts.Shape, DebertaParts.Prefix(weights));
        var layers = new BertLayers(shape, weights, prefix, parts.Epsilon, parts.Activation);
        var span = settings.Span;
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
            return new DisentangledBias(shape.Heads, shape.HeadDim, 2 * span, settings.Place) { Keys = keys, Queries = queries };
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

        Func<int, int>? Table(string name) => name switch
        {
            "" => settings.Bucket,
            PublishedTable => distance => LogBuckets.Of(distance, PublishedBuckets, PublishedLongest),
            _ => null,
        };
    }
}
