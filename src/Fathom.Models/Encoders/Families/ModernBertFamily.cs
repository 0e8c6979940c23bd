using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Positions;

namespace Fathom.Models.Encoders.Families;

/// <summary>ModernBERT: norms before the layers, rotary positions, layers that see everything between layers that see a window on both sides, gated feed-forward.</summary>
internal sealed class ModernBertFamily : IEncoderFamily
{
    private const string Prefix = "model.";

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["modernbert"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        var shape = Shape(config);
        var settings = ModernBertSettings.Read(config, shape);
        return new EncoderPlan(shape, weights => Build(shape, settings, weights));
    }

    /// <summary>The shape.</summary>
    public static EncoderConfig Shape(HuggingFaceConfig config) => EncoderKeys.Shape(config) with { ContextLength = config.Int32("max_position_embeddings", 1, 8192), TokenTypes = 0 };

    private static EncoderStack Build(EncoderConfig shape, ModernBertSettings settings, WeightBinder weights)
    {
        var prefix = weights.Has(Prefix + "embeddings.tok_embeddings.weight") ? Prefix : "";
        var (width, inner) = (shape.Width, shape.FeedForwardWidth);
        var global = new RopeTable(settings.Rope(shape, local: false));
        var local = new RopeTable(settings.Rope(shape, local: true));
        var unused = new List<string>();
        var classifies = shape.Labels.Count > 0;
        var stack = new EncoderStack
        {
            Config = shape,
            Embeddings = new EncoderEmbeddings
            {
                Tokens = weights.Matrix(prefix + "embeddings.tok_embeddings.weight", shape.Vocabulary, width),
                Norm = Norm(prefix + "embeddings.norm"),
            },
            Blocks = [.. Enumerable.Range(0, shape.Layers).Select(Block)],
            FinalNorm = Norm(prefix + "final_norm"),
            Ropes = [global, local],
            Head = classifies || shape.TokenLabels.Count > 0 ? new SequenceHead(weights.Projection("head.dense", width, width, settings.ClassifierBias), settings.ClassifierActivation, Norm("head.norm")) : null,
            HeadReadsMean = settings.ReadsMean,
            Classifier = classifies ? weights.Projection("classifier", shape.Labels.Count, width, bias: true) : null,
            TokenClassifier = EncoderKeys.TokenHead(shape, weights, "classifier"),
            Unused = unused,
        };
        weights.Finish(name =>
        {
            if (classifies || !Array.Exists(["head.", "decoder.", "classifier.", "drop."], head => name.StartsWith(head, StringComparison.Ordinal))) return false;
            unused.Add(name);
            return true;
        });
        return stack;

        IEncoderBlock Block(int layer)
        {
            var at = $"{prefix}layers.{layer}.";
            var scale = (float)(1 / Math.Sqrt(shape.HeadDim));
            var attention = new SelfAttention(new EncoderAttentionShape(shape.Heads, shape.HeadDim, scale, settings.Local[layer] ? settings.Reach : int.MaxValue))
            {
                Inputs = new QueryKeyValue(weights.Projection(at + "attn.Wqkv", checked(3 * width), width, settings.AttentionBias)),
                Output = weights.Projection(at + "attn.Wo", width, width, settings.AttentionBias),
                Rope = settings.Local[layer] ? local : global,
            };
            var feedForward = new EncoderFeedForward(settings.Activation)
            {
                Up = Half(at, 0),
                Gate = Half(at, inner),
                Down = weights.Projection(at + "mlp.Wo", width, inner, settings.FeedForwardBias),
            };

            // The first block's attention takes the embeddings, normed already, as they are.
            return new NormBeforeBlock(width, (layer == 0 ? null : Norm(at + "attn_norm"), attention), (Norm(at + "mlp_norm"), feedForward));
        }

        Projection Half(string at, int first) => new(
            weights.MatrixPart(at + "mlp.Wi.weight", [checked(2L * inner), width], first, inner),
            settings.FeedForwardBias ? weights.VectorPart(at + "mlp.Wi.bias", 2 * inner, first, inner) : null);

        LayerNorm Norm(string name) => new(weights.Vector(name + ".weight", width), settings.NormBias ? weights.Vector(name + ".bias", width) : null, settings.Epsilon);
    }
}
