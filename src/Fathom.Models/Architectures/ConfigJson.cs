using System.Text.Json.Nodes;
using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>Writes the keys of config.json that many families share.</summary>
internal static class ConfigJson
{
    /// <summary>The family's name and the class that runs it, to begin with.</summary>
    public static void Begin(JsonObject root, string type, string model)
    {
        root["architectures"] = new JsonArray(model);
        root["model_type"] = type;
    }

    /// <summary>The shape as Llama and the families in its form have it.</summary>
    /// <param name="root">Where the keys go.</param>
    /// <param name="config">The shape.</param>
    /// <param name="type">Value of <c>model_type</c>.</param>
    /// <param name="model">The class that runs it.</param>
    /// <param name="epsilon">Key of the norms' epsilon.</param>
    /// <param name="ownHeadDim">Whether the family has a key for the width of a head; without one it must be width / heads.</param>
    public static void Llama(JsonObject root, DecoderConfig config, string type, string model, string epsilon = "rms_norm_eps", bool ownHeadDim = true)
    {
        Begin(root, type, model);
        root["hidden_act"] = "silu";
        root["hidden_size"] = config.Width;
        root["intermediate_size"] = config.FeedForwardWidth;
        root["num_hidden_layers"] = config.Layers;
        root["num_attention_heads"] = config.Heads;
        root["num_key_value_heads"] = config.KeyValueHeads;
        if (ownHeadDim) root["head_dim"] = config.HeadDim;
        root["vocab_size"] = config.Vocabulary;
        root["max_position_embeddings"] = config.Rope.MaxPositions;
        root[epsilon] = config.NormEpsilon;
        root["tie_word_embeddings"] = config.TiedHead;
    }

    /// <summary>The kinds of layers, for families whose layers may see windows: one length for all that see one.</summary>
    /// <exception cref="FathomException">Windows of several lengths.</exception>
    public static int Windows(JsonObject root, DecoderConfig config)
    {
        var lengths = config.Windows.Where(window => window > 0).Distinct().ToArray();
        if (lengths.Length > 1) throw new FathomException($"a {config.Family} model whose layers see windows of different lengths cannot be written as config.json");
        root["layer_types"] = new JsonArray([.. config.Windows.Select(window => JsonValue.Create(window > 0 ? "sliding_attention" : "full_attention"))]);
        return lengths.FirstOrDefault();
    }

    /// <summary>One window for all layers: its length, or 0.</summary>
    /// <exception cref="FathomException">The layers differ.</exception>
    public static int Window(DecoderConfig config)
    {
        var windows = config.Windows.Distinct().ToArray();
        return windows.Length <= 1 ? windows.FirstOrDefault() : throw new FathomException($"a {config.Family} model whose layers see windows of different lengths cannot be written as config.json");
    }

    /// <summary>Rotary positions: <c>rope_theta</c>, <c>rope_scaling</c>, and the share of a head that is turned where <paramref name="partial"/>.</summary>
    /// <exception cref="FathomException">config.json has no words for them.</exception>
    public static void Rope(JsonObject root, DecoderConfig config, bool partial = false, string share = "partial_rotary_factor", string theta = "rope_theta")
    {
        if (partial) root[share] = Share(config.Rope.RotaryDim, config.HeadDim);
        else if (config.Rope.RotaryDim != config.HeadDim) throw new FathomException($"a {config.Family} model that rotates {config.Rope.RotaryDim} of {config.HeadDim} numbers a head cannot be written as config.json");
        root[theta] = config.Rope.Theta;
        if (Scaling(config.Rope) is { } scaling) root["rope_scaling"] = scaling;
    }

    /// <summary>The section <c>rope_scaling</c>, or null where nothing is scaled.</summary>
    /// <exception cref="FathomException">config.json has no words for it.</exception>
    public static JsonObject? Scaling(RopeConfig rope)
    {
        if (rope.Divisors is not null) rope = Llama3Divisors.Explain(rope) ?? AsLongRope(rope);
        return rope.Kind switch
        {
            RopeKind.Default when rope.AttentionFactor == 1 => null,
            RopeKind.Linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = rope.Factor },
            RopeKind.Dynamic => new JsonObject { ["rope_type"] = "dynamic", ["factor"] = rope.Factor },
            RopeKind.Yarn => new JsonObject
            {
                ["rope_type"] = "yarn",
                ["factor"] = rope.Factor,
                ["original_max_position_embeddings"] = rope.OriginalMaxPositions,
                ["attention_factor"] = rope.AttentionFactor,
                ["beta_fast"] = rope.BetaFast,
                ["beta_slow"] = rope.BetaSlow,
                ["truncate"] = rope.Truncate,
            },
            RopeKind.Llama3 => new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = rope.Factor,
                ["low_freq_factor"] = rope.LowFrequencyFactor,
                ["high_freq_factor"] = rope.HighFrequencyFactor,
                ["original_max_position_embeddings"] = rope.OriginalMaxPositions,
            },
            RopeKind.LongRope => new JsonObject
            {
                ["rope_type"] = "longrope",
                ["short_factor"] = Numbers(rope.ShortFactors!),
                ["long_factor"] = Numbers(rope.LongFactors!),
                ["original_max_position_embeddings"] = rope.OriginalMaxPositions,
                ["attention_factor"] = rope.AttentionFactor,
            },
            _ => throw new FathomException($"rotary positions of kind {rope.Kind} with a factor of {rope.AttentionFactor} on attention cannot be written as config.json"),
        };
    }

    // Divisors of whatever origin are LongRope's factors, the same for long texts as for short.
    private static RopeConfig AsLongRope(RopeConfig rope) => rope.Kind == RopeKind.Default
        ? rope with { Kind = RopeKind.LongRope, Divisors = null, ShortFactors = rope.Divisors, LongFactors = rope.Divisors, OriginalMaxPositions = rope.MaxPositions }
        : throw new FathomException($"rotary positions of kind {rope.Kind} with divisors of the frequencies cannot be written as config.json");

    private static JsonArray Numbers(IReadOnlyList<float> values) => [.. values.Select(value => JsonValue.Create(value))];

    // A reader takes the whole part of share x width, so a share that is rounded down by a hair must be the next above.
    private static double Share(int turned, int width)
    {
        var share = (double)turned / width;
        return (int)(width * share) == turned ? share : Math.BitIncrement(share);
    }
}
