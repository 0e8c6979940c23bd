using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>BERT: learnt positions and token types, norms after the layers, a tanh pooler over the first token that its classifier reads.</summary>
internal sealed class BertFamily : IEncoderFamily
{
    private const string Prefix = "bert.";

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["bert"];

    /// <inheritdoc/>
    public EncoderPlan Read(HuggingFaceConfig config)
    {
        if (config.String("position_embedding_type", "absolute") != "absolute") throw config.Unsupported("position_embedding_type", "absolute");
        var shape = EncoderKeys.Shape(config) with { TokenTypes = config.Int32("type_vocab_size", 1, 2) };
        var epsilon = (float)config.Positive("layer_norm_eps", 1e-12);
        var activation = EncoderKeys.Activation(config, "hidden_act", "gelu");
        return new EncoderPlan(shape, weights => Build(shape, weights, epsilon, activation));
    }

    private static EncoderStack Build(EncoderConfig config, WeightBinder weights, float epsilon, Activation activation)
    {
        var prefix = weights.Has(Prefix + "embeddings.word_embeddings.weight") ? Prefix : "";
        var layers = new BertLayers(config, weights, prefix, epsilon, activation);
        var scale = (float)(1 / Math.Sqrt(config.HeadDim));
        var classifies = config.Labels.Count > 0;
        var stack = new EncoderStack
        {
            Config = config,
            Embeddings = layers.Embeddings(config.ContextLength),
            Blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => layers.Block(layer, layers.Inputs(layer, "query", "key", "value"), scale))],
            Pooler = classifies || weights.Has(prefix + "pooler.dense.weight") ? layers.Dense(prefix + "pooler.dense", Activation.Tanh) : null,
            Classifier = classifies ? weights.Projection("classifier", config.Labels.Count, config.Width, bias: true) : null,
            TokenClassifier = EncoderKeys.TokenHead(config, weights),
            Unused = layers.Unused,
        };
        layers.Finish(classifies ? ["cls."] : ["cls.", "classifier.", "qa_outputs."]);
        return stack;
    }
}
