using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>What DeBERTa's versions share: their keys, embeddings and head.</summary>
internal sealed class DebertaParts
{
    private const string PrefixName = "deberta.";
    private static readonly char[] Separators = ['|', ','];

    private DebertaParts(HuggingFaceConfig config)
    {
        Shape = EncoderKeys.Shape(config);
        Epsilon = (float)config.Positive("layer_norm_eps", 1e-7);
        Activation = EncoderKeys.Activation(config, "hidden_act", "gelu");
        PoolerActivation = EncoderKeys.Activation(config, "pooler_hidden_act", "gelu");
        PoolerWidth = config.Int32("pooler_hidden_size", 1, Shape.Width);
        if (PoolerWidth != Shape.Width) throw config.Unsupported("pooler_hidden_size", $"hidden_size, {Shape.Width}");
        EmbeddingWidth = config.Int32("embedding_size", 1, Shape.Width);
        HasPositions = config.Boolean("position_biased_input", true);
        Relative = config.Boolean("relative_attention", false);
        var longest = config.Int32("max_relative_positions", int.MinValue, -1);
        LongestDistance = longest < 1 ? Shape.ContextLength : longest;
        if (LongestDistance is < 2 or > EncoderKeys.MostWidth) throw config.Wrong(longest < 1 ? "max_position_embeddings" : "max_relative_positions", $"is {LongestDistance}, expected 2 to {EncoderKeys.MostWidth}");
        Terms = config.IsText("pos_att_type") ? config.String("pos_att_type")!.ToLowerInvariant().Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : config.Strings("pos_att_type") ?? [];
        if (Array.Exists(Terms, term => term is not ("c2p" or "p2c")) || Terms.Distinct(StringComparer.Ordinal).Count() != Terms.Length) throw config.Unsupported("pos_att_type", "c2p and p2c, each at most once");
        if (config.Boolean("talking_head", false)) throw config.Unsupported("talking_head", "false");
    }

    /// <summary>The shape.</summary>
    public EncoderConfig Shape { get; }

    /// <summary>Epsilon of every norm.</summary>
    public float Epsilon { get; }

    /// <summary>Activation of the feed-forward layers.</summary>
    public Activation Activation { get; }

    /// <summary>Whether distances enter the attention.</summary>
    public bool Relative { get; }

    /// <summary>Distances the relative table is made for.</summary>
    public int LongestDistance { get; }

    /// <summary>Factor of the scores: one over the root of the head's width times the number of terms.</summary>
    public float Scale => (float)(1 / Math.Sqrt(Shape.HeadDim * (1.0 + Terms.Length)));

    /// <summary>Whether queries are multiplied with the relative keys.</summary>
    public bool ContentToPosition => Relative && Terms.Contains("c2p");

    /// <summary>Whether keys are multiplied with the relative queries.</summary>
    public bool PositionToContent => Relative && Terms.Contains("p2c");

    private string[] Terms { get; }

    /// <summary>Activation of the pooler.</summary>
    public Activation PoolerActivation { get; }

    private int PoolerWidth { get; }

    private int EmbeddingWidth { get; }

    /// <summary>Whether absolute positions are added to the embeddings.</summary>
    public bool HasPositions { get; }

    /// <summary>Reads the keys; refuses what is not computed.</summary>
    public static DebertaParts Read(HuggingFaceConfig config) => new(config);

    /// <summary>The prefix of the encoder's tensors in this file.</summary>
    public static string Prefix(WeightBinder weights) => weights.Has(PrefixName + "embeddings.word_embeddings.weight") ? PrefixName : "";

    /// <summary>The whole encoder around its blocks.</summary>
    public EncoderStack Stack(WeightBinder weights, BertLayers layers, IReadOnlyList<IEncoderBlock> blocks, IReadOnlyList<IDisposable> owned, bool keepsEmbedded = false, Func<string, Func<int, int>?>? buckets = null)
    {
        var prefix = Prefix(weights);
        var classifies = Shape.Labels.Count > 0;
        var stack = new EncoderStack
        {
            Config = Shape,
            Embeddings = Embeddings(weights, layers, prefix + "embeddings."),
            Blocks = blocks,
            KeepsEmbedded = keepsEmbedded,
            Buckets = buckets,
            Owned = owned,
            Pooler = classifies ? layers.Dense("pooler.dense", PoolerActivation, PoolerWidth) : null,
            Classifier = classifies ? weights.Projection("classifier", Shape.Labels.Count, PoolerWidth, bias: true) : null,
            TokenClassifier = EncoderKeys.TokenHead(Shape, weights),
            Unused = layers.Unused,
        };
        string[] heads = ["cls.", "lm_head.", "lm_predictions.", "mask_predictions."];
        string[] stray = HasPositions ? [] : [prefix + "embeddings.position_embeddings."];
        layers.Finish([.. heads, .. stray, .. classifies ? Array.Empty<string>() : ["pooler.", "classifier.", "qa_outputs."]]);
        return stack;
    }

    private EncoderEmbeddings Embeddings(WeightBinder weights, BertLayers layers, string at) => new()
    {
        Tokens = weights.Matrix(at + "word_embeddings.weight", Shape.Vocabulary, EmbeddingWidth),
        Positions = HasPositions ? weights.Matrix(at + "position_embeddings.weight", Shape.ContextLength, EmbeddingWidth) : null,
        Types = Shape.TokenTypes > 0 ? weights.Matrix(at + "token_type_embeddings.weight", Shape.TokenTypes, EmbeddingWidth) : null,
        Widen = EmbeddingWidth != Shape.Width ? weights.Projection(at + "embed_proj", Shape.Width, EmbeddingWidth, bias: false) : null,
        Norm = layers.Norm(at + "LayerNorm"),
    };
}
