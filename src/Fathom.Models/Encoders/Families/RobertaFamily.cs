using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>RoBERTa and XLM-RoBERTa: BERT with positions counted from the padding id on, and a head of its own in place of the pooler.</summary>
internal sealed class RobertaFamily : IEncoderFamily
{
    private const string Prefix = "roberta.";
    private const int DefaultPadding = 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["roberta", "xlm-roberta", "camembert"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        if (config.String("position_embedding_type", "absolute") != "absolute") throw config.Unsupported("position_embedding_type", "absolute");
        var shape = EncoderKeys.Shape(config);
        var positions = shape.ContextLength;
        var padding = shape.PadToken ?? DefaultPadding;
        if (positions <= padding + 1) throw config.Wrong("max_position_embeddings", $"is {positions}, which leaves no position behind the padding id {padding}");
        shape = shape with { ContextLength = positions - padding - 1, PadToken = padding, TokenTypes = config.Int32("type_vocab_size", 1, 2) };
        var epsilon = (float)config.Positive("layer_norm_eps", 1e-12);
        var activation = EncoderKeys.Activation(config, "hidden_act", "gelu");
        return new EncoderPlan(shape, weights => Build(shape, weights, positions, epsilon, activation));
    }

    private static EncoderStack Build(EncoderConfig config, WeightBinder weights, int positions, float epsilon, Activation activation)
    {
        var prefix = weights.Has(Prefix + "embeddings.word_embeddings.weight") ? Prefix : "";
        var layers = new BertLayers(config, weights, prefix, epsilon, activation);
        var scale = (float)(1 / Math.Sqrt(config.HeadDim));
        var classifies = config.Labels.Count > 0;
        var stack = new EncoderStack
        {
            Config = config,
            Embeddings = layers.Embeddings(positions, config.PadToken),
            Blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => layers.Block(layer, layers.Inputs(layer, "query", "key", "value"), scale))],
            Pooler = weights.Has(prefix + "pooler.dense.weight") ? layers.Dense(prefix + "pooler.dense", Activation.Tanh) : null,
            Head = classifies ? layers.Dense("classifier.dense", Activation.Tanh) : null,
            Classifier = classifies ? weights.Projection("classifier.out_proj", config.Labels.Count, config.Width, bias: true) : null,
            TokenClassifier = EncoderKeys.TokenHead(config, weights),
            Unused = layers.Unused,
        };
        layers.Finish(classifies ? ["lm_head."] : ["lm_head.", "classifier.", "qa_outputs."]);
        return stack;
    }
}
