using Fathom.Models.Architectures;

namespace Fathom.Models.Encoders.Families;

/// <summary>Reads which of ModernBERT's layers are local, and their rotary bases, as transformers 5 or files on the hub say it.</summary>
internal static class ModernBertLayers
{
    private const string SlidingLayer = "sliding_attention", FullLayer = "full_attention";

    /// <summary>For each layer whether it sees only a window: from <c>layer_types</c>, or else all but every n-th (<c>global_attn_every_n_layers</c>).</summary>
    public static bool[] Local(HuggingFaceConfig config, int layers)
    {
        if (config.Strings("layer_types") is not { } types)
        {
            var every = config.Int32("global_attn_every_n_layers", 1, 3);
            return [.. Enumerable.Range(0, layers).Select(layer => layer % every != 0)];
        }

        if (types.Length != layers || Array.Exists(types, type => type is not (SlidingLayer or FullLayer))) throw config.Unsupported("layer_types", $"{layers} times {FullLayer} or {SlidingLayer}");
        return [.. types.Select(type => type == SlidingLayer)];
    }

    /// <summary>The base of one kind of layers: from <c>rope_parameters</c>, or else from the older key.</summary>
    public static double Theta(HuggingFaceConfig config, string kind, string key, double otherwise)
    {
        if (config.Section("rope_parameters")?.Section(kind) is not { } rope) return config.Positive(key, otherwise);
        foreach (var name in rope.Keys)
        {
            if (name is not ("rope_theta" or "rope_type")) throw rope.Wrong(ConfigText.Printable(name), "is not supported and may change results");
        }

        if (rope.String("rope_type", "default") != "default") throw rope.Unsupported("rope_type", "default");
        return rope.Positive("rope_theta", otherwise);
    }
}
