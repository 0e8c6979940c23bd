namespace Fathom.Models.Architectures;

/// <summary>Names and shapes of a Llama-family checkpoint's tensors.</summary>
internal static class ParameterShapes
{
    /// <summary>The embedding table.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The head, where it is not the embedding table.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>The head of a classifier.</summary>
    public const string ClassHead = "score.weight";

    /// <summary>The same with the head, tied or not: what an adapter may keep its own copy of.</summary>
    public static OrderedDictionary<string, int[]> WithHead(DecoderConfig config)
    {
        var shapes = Of(config);
        if (!config.IsClassifier) shapes.TryAdd(Head, [config.Vocabulary, config.Width]);
        return shapes;
    }

    /// <summary>Every parameter, in the order of the pass; a tied head is not among them.</summary>
    public static OrderedDictionary<string, int[]> Of(DecoderConfig config)
    {
        var shapes = new OrderedDictionary<string, int[]>(StringComparer.Ordinal);
        void Linear(string name, int outputs, int inputs, bool bias)
        {
            shapes.Add(name + ".weight", [outputs, inputs]);
            if (bias) shapes.Add(name + ".bias", [outputs]);
        }

        var (queries, groups) = (checked(config.Heads * config.HeadDim), checked(config.KeyValueHeads * config.HeadDim));
        var bias = config.AttentionBias || config.QueryKeyValueBias;
        shapes.Add(Embedding, [config.Vocabulary, config.Width]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var at = $"model.layers.{layer}.";
            shapes.Add(at + "input_layernorm.weight", [config.Width]);
            Linear(at + "self_attn.q_proj", queries, config.Width, bias);
            Linear(at + "self_attn.k_proj", groups, config.Width, bias);
            Linear(at + "self_attn.v_proj", groups, config.Width, bias);
            Linear(at + "self_attn.o_proj", config.Width, queries, config.AttentionBias);
            if (config.HeadNorms)
            {
                shapes.Add(at + "self_attn.q_norm.weight", [config.HeadDim]);
                shapes.Add(at + "self_attn.k_norm.weight", [config.HeadDim]);
            }

            shapes.Add(at + "post_attention_layernorm.weight", [config.Width]);
            Linear(at + "mlp.gate_proj", config.FeedForwardWidth, config.Width, config.FeedForwardBias);
            Linear(at + "mlp.up_proj", config.FeedForwardWidth, config.Width, config.FeedForwardBias);
            Linear(at + "mlp.down_proj", config.Width, config.FeedForwardWidth, config.FeedForwardBias);
        }

        shapes.Add("model.norm.weight", [config.Width]);
        if (config.IsClassifier) shapes.Add(ClassHead, [config.Labels.Count, config.Width]);
        else if (!config.TiedHead) shapes.Add(Head, [config.Vocabulary, config.Width]);
        return shapes;
    }

    /// <summary>Number of weights, by one block: a lying configuration cannot make this take long.</summary>
    /// <exception cref="OverflowException">They are more than can be counted.</exception>
    public static long Count(DecoderConfig config)
    {
        var none = Sum(config with { Layers = 0, Windows = [] });
        return checked(none + config.Layers * (Sum(config with { Layers = 1, Windows = [0] }) - none));
    }

    private static long Sum(DecoderConfig config) => Of(config).Values.Sum(shape => shape.Aggregate(1L, (product, size) => checked(product * size)));
}
