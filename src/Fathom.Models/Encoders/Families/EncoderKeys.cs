using System.Globalization;
using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>Reads the keys that most encoders share.</summary>
internal static class EncoderKeys
{
    private const string Classifier = "ForSequenceClassification", TokenClassifier = "ForTokenClassification", SpanFinder = "ForQuestionAnswering", Chooser = "ForMultipleChoice";
    private static readonly string[] Spans = ["start", "end"];
    private const int DefaultLabels = 2;

    /// <summary>Most of anything a configuration may ask for, far beyond any model: nothing is made from a number that lies.</summary>
    public const int MostWidth = 1 << 20, MostLayers = 1 << 10;

    /// <summary>A size of at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    public static int Size(HuggingFaceConfig config, string key, int most = MostWidth, int least = 1, int? otherwise = null) =>
        config.Int32(key, least, otherwise) is var size && size <= most ? size : throw config.Wrong(key, $"is {size}, more than the {most} that any model has");

    /// <summary>The shape, from BERT's keys; refuses what no encoder here computes.</summary>
    public static EncoderConfig Shape(HuggingFaceConfig config)
    {
        LlamaConfigReader.RefuseQuantised(config);
        if (config.Boolean("is_decoder", false)) throw config.Unsupported("is_decoder", "false");
        if (config.Boolean("add_cross_attention", false)) throw config.Unsupported("add_cross_attention", "false");
        var (width, heads) = (Size(config, "hidden_size"), Size(config, "num_attention_heads"));
        if (width % heads != 0) throw config.Wrong("hidden_size", $"is {width}, not a multiple of num_attention_heads {heads}");
        return new EncoderConfig
        {
            Family = config.String("model_type")!,
            Width = width,
            Layers = Size(config, "num_hidden_layers", MostLayers),
            Heads = heads,
            HeadDim = width / heads,
            FeedForwardWidth = Size(config, "intermediate_size"),
            Vocabulary = config.Int32("vocab_size"),
            ContextLength = config.Int32("max_position_embeddings", 1, 512),
            TokenTypes = config.Int32("type_vocab_size", 0, 0),
            PadToken = config.Has("pad_token_id") ? config.Int32("pad_token_id", 0) : null,
            Labels = Labels(config),
            TokenLabels = TokenLabels(config),
            ProblemType = config.String("problem_type"),
        };
    }

    /// <summary>The activation a key names.</summary>
    public static Activation Activation(HuggingFaceConfig config, string key, string otherwise) => config.String(key, otherwise) switch
    {
        "gelu" or "gelu_python" => Tensors.Autograd.Activation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Tensors.Autograd.Activation.GeluTanh,
        "relu" => Tensors.Autograd.Activation.Relu,
        "silu" or "swish" => Tensors.Autograd.Activation.Silu,
        "tanh" => Tensors.Autograd.Activation.Tanh,
        _ => throw config.Unsupported(key, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, tanh"),
    };

    /// <summary>Names of the classes by logit, where the model has a sequence classification head: from <c>id2label</c> or <c>num_labels</c>.</summary>
    public static IReadOnlyList<string> Labels(HuggingFaceConfig config) => Ends(config, Classifier) ? Classes(config) : [];

    /// <summary>What a head over every token tells apart, where the model has one.</summary>
    public static IReadOnlyList<string> TokenLabels(HuggingFaceConfig config)
    {
        if (Ends(config, Chooser)) throw config.Unsupported("architectures", $"a model with another head than {Chooser}, or the bare encoder");
        return Ends(config, TokenClassifier) ? Classes(config) : Ends(config, SpanFinder) ? Spans : [];
    }

    /// <summary>The projection to every token's logits, where the model has a head over tokens.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="spans">What the family calls the head that finds spans.</param>
    public static Projection? TokenHead(EncoderConfig config, WeightBinder weights, string spans = "qa_outputs") =>
        config.TokenLabels.Count == 0 ? null : weights.Projection(ReferenceEquals(config.TokenLabels, Spans) ? spans : "classifier", config.TokenLabels.Count, config.Width, bias: true);

    private static bool Ends(HuggingFaceConfig config, string head) => config.Strings("architectures") is [var architecture, ..] && architecture.EndsWith(head, StringComparison.Ordinal);

    private static string[] Classes(HuggingFaceConfig config)
    {
        if (config.Section("id2label") is not { } names)
            return [.. Enumerable.Range(0, config.Int32("num_labels", 1, DefaultLabels)).Select(label => $"LABEL_{label}")];
        var labels = new string[names.Keys.Count()];
        if (labels.Length == 0) throw config.Wrong("id2label", "names no class");
        for (var label = 0; label < labels.Length; label++)
            labels[label] = names.String(label.ToString(CultureInfo.InvariantCulture)) ?? throw config.Wrong("id2label", $"has {labels.Length} names but none for class {label}");
        return labels;
    }
}
