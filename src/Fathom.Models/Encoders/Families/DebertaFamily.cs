using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;

namespace Fathom.Models.Encoders.Families;

/// <summary>DeBERTa v1: disentangled attention over clamped distances, one projection to queries, keys and values whose rows lie head by head.</summary>
internal sealed class DebertaFamily : IEncoderFamily
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["deberta"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        var parts = DebertaParts.Read(config);
        return new EncoderPlan(parts.Shape, weights => Build(parts, weights));
    }

    private static EncoderStack Build(DebertaParts parts, WeightBinder weights)
    {
        var (shape, prefix) = (parts.Shape, DebertaParts.Prefix(weights));
        var layers = new BertLayers(shape, weights, prefix, parts.Epsilon, parts.Activation);
        var span = parts.LongestDistance;
        var owned = new List<IDisposable>();
        RelativeRows? rows = null;
        if (parts.Relative)
        {
            rows = new RelativeRows(weights.Matrix(prefix + "encoder.rel_embeddings.weight", checked(2 * span), shape.Width), null);
            owned.Add(rows);
        }

        var blocks = Enumerable.Range(0, shape.Layers).Select(layer => (IEncoderBlock)layers.Block(layer, Inputs(shape, weights, prefix, layer), parts.Scale, Bias(layer))).ToList();
        return parts.Stack(weights, layers, blocks, owned);

        DisentangledBias? Bias(int layer)
        {
            if (rows is null || !(parts.ContentToPosition || parts.PositionToContent)) return null;
            var at = $"{prefix}encoder.layer.{layer}.attention.self.";
            var keys = parts.ContentToPosition ? new RelativeProjection(rows, weights.Projection(at + "pos_proj", shape.Width, shape.Width, bias: false), shape.Heads, shape.HeadDim) : null;
            var queries = parts.PositionToContent ? new RelativeProjection(rows, weights.Projection(at + "pos_q_proj", shape.Width, shape.Width, bias: true), shape.Heads, shape.HeadDim) : null;
            owned.AddRange(new IDisposable?[] { keys, queries }.OfType<IDisposable>());
            return new DisentangledBias(shape.Heads, shape.HeadDim, 2 * span, distance => Math.Clamp(distance + span, 0, 2 * span - 1)) { Keys = keys, Queries = queries };
        }
    }

    // Head a owns rows 3ad to 3ad + 3d - 1 of the file, d of each kind; keys have no bias.
    private static QueryKeyValue Inputs(EncoderConfig shape, WeightBinder weights, string prefix, int layer)
    {
        var at = $"{prefix}encoder.layer.{layer}.attention.self.";
        var (width, head) = (shape.Width, shape.HeadDim);
        var order = new int[checked(3 * width)];
        for (var row = 0; row < order.Length; row++)
        {
            var (kind, within) = (row / width, row % width);
            order[row] = within / head * 3 * head + kind * head + within % head;
        }

        var matrix = weights.Matrix(at + "in_proj.weight", 3 * width, width, order);
        var bias = weights.Joined(3 * width, (weights.Vector(at + "q_bias", width), 0), (weights.Vector(at + "v_bias", width), 2 * width));
        return new QueryKeyValue(new Projection(matrix, bias));
    }
}
