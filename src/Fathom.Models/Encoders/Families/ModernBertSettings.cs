using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>What ModernBERT's configuration says beside the shape.</summary>
internal sealed record ModernBertSettings
{
    /// <summary>Epsilon of every norm.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Whether norms have a bias.</summary>
    public required bool NormBias { get; init; }

    /// <summary>Whether the attention's projections have biases.</summary>
    public required bool AttentionBias { get; init; }

    /// <summary>Whether the feed-forward layers have biases.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Whether the dense layer of the head has a bias.</summary>
    public required bool ClassifierBias { get; init; }

    /// <summary>Activation of the feed-forward layers.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Activation of the head.</summary>
    public required Activation ClassifierActivation { get; init; }

    /// <summary>Whether the head reads the mean of the states; otherwise the first.</summary>
    public required bool ReadsMean { get; init; }

    /// <summary>How far a local layer's row sees to each side.</summary>
    public required int Reach { get; init; }

    /// <summary>For each layer whether it sees only a window.</summary>
    public required bool[] Local { get; init; }

    /// <summary>Rotary base of layers that see everything.</summary>
    public required double GlobalTheta { get; init; }

    /// <summary>Rotary base of the others.</summary>
    public required double LocalTheta { get; init; }

    /// <summary>Reads the keys; refuses what is not computed.</summary>
    public static ModernBertSettings Read(HuggingFaceConfig config, EncoderConfig shape)
    {
        if (shape.HeadDim % 2 != 0) throw config.Wrong("hidden_size", $"gives heads of {shape.HeadDim}, rotary positions need an even number");
        if (!config.IsNeutral("rope_scaling")) throw config.Unsupported("rope_scaling", "none");
        var pooling = config.String("classifier_pooling", "cls");
        if (pooling is not ("cls" or "mean")) throw config.Unsupported("classifier_pooling", "cls, mean");
        return new ModernBertSettings
        {
            Epsilon = (float)config.Positive("norm_eps", 1e-5),
            NormBias = config.Boolean("norm_bias", false),
            AttentionBias = config.Boolean("attention_bias", false),
            FeedForwardBias = config.Boolean("mlp_bias", false),
            ClassifierBias = config.Boolean("classifier_bias", false),
            Activation = EncoderKeys.Activation(config, "hidden_activation", "gelu"),
            ClassifierActivation = EncoderKeys.Activation(config, "classifier_activation", "gelu"),
            ReadsMean = pooling == "mean",
            Reach = config.Int32("local_attention", 0, 128) / 2,
            Local = ModernBertLayers.Local(config, shape.Layers),
            GlobalTheta = ModernBertLayers.Theta(config, "full_attention", "global_rope_theta", 160000),
            LocalTheta = ModernBertLayers.Theta(config, "sliding_attention", "local_rope_theta", 10000),
        };
    }

    /// <summary>The rotary positions of one kind of layers.</summary>
    public RopeConfig Rope(EncoderConfig shape, bool local) => new() { Theta = local ? LocalTheta : GlobalTheta, RotaryDim = shape.HeadDim, MaxPositions = shape.ContextLength };
}
