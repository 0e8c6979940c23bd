using Fathom.Models.Blocks;
using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Architectures;

/// <summary>Puts Llama's blocks together from its tensor names.</summary>
internal static class LlamaBlocks
{
    /// <summary>Makes the decoder.</summary>
    public static Decoder Build(DecoderConfig config, WeightBinder weights)
    {
        const string Embedding = "model.embed_tokens.weight";
        var rope = new RopeTable(config.Rope);
        var table = weights.Matrix(Embedding, config.Vocabulary, config.Width);
        var blocks = new IBlock[config.Layers];
        for (var layer = 0; layer < blocks.Length; layer++) blocks[layer] = Block(config, weights, rope, layer);
        var norm = Norm(config, weights, "model.norm.weight");
        var head = config.IsClassifier ? weights.Matrix(ParameterShapes.ClassHead, config.Labels.Count, config.Width) : weights.Head("lm_head.weight", Embedding, table, config.Vocabulary, config.Width, config.TiedHead);
        weights.Finish(Harmless);
        return new Decoder(config, table, blocks, norm, head) { Ropes = [rope] };
    }

    private static PreNormBlock Block(DecoderConfig config, WeightBinder weights, RopeTable rope, int layer)
    {
        var at = $"model.layers.{layer}.";
        var (queries, groups) = (checked(config.Heads * config.HeadDim), checked(config.KeyValueHeads * config.HeadDim));
        var bias = config.AttentionBias || config.QueryKeyValueBias;
        var attention = new RotaryAttention(layer, new AttentionShape(config.Heads, config.KeyValueHeads, config.HeadDim, config.Windows[layer]), config.LayersWithoutRope.Contains(layer) ? null : rope)
        {
            Query = weights.Projection(at + "self_attn.q_proj", queries, config.Width, bias, weights.RotaryRows(config.Heads, config.HeadDim)),
            Key = weights.Projection(at + "self_attn.k_proj", groups, config.Width, bias, weights.RotaryRows(config.KeyValueHeads, config.HeadDim)),
            Value = weights.Projection(at + "self_attn.v_proj", groups, config.Width, bias),
            Output = weights.Projection(at + "self_attn.o_proj", config.Width, queries, config.AttentionBias),
            QueryNorm = config.HeadNorms ? HeadNorm(config, weights, at + "self_attn.q_norm.weight") : null,
            KeyNorm = config.HeadNorms ? HeadNorm(config, weights, at + "self_attn.k_norm.weight") : null,
        };
        var feedForward = new GatedFeedForward(config.FeedForwardWidth)
        {
            Gate = weights.Projection(at + "mlp.gate_proj", config.FeedForwardWidth, config.Width, config.FeedForwardBias),
            Up = weights.Projection(at + "mlp.up_proj", config.FeedForwardWidth, config.Width, config.FeedForwardBias),
            Down = weights.Projection(at + "mlp.down_proj", config.Width, config.FeedForwardWidth, config.FeedForwardBias),
        };
        return new PreNormBlock(Norm(config, weights, at + "input_layernorm.weight"), attention, Norm(config, weights, at + "post_attention_layernorm.weight"), feedForward);
    }

    private static RmsNorm Norm(DecoderConfig config, WeightBinder weights, string name) => new(weights.Vector(name, config.Width), config.NormEpsilon);

    private static RmsNorm HeadNorm(DecoderConfig config, WeightBinder weights, string name) => new(weights.Vector(name, config.HeadDim), config.NormEpsilon);

    // Buffers that files of 2023 carry; the frequencies are computed instead.
    private static bool Harmless(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || name == GgufTensorNames.RopeDivisors;
}
