namespace Fathom.Models.Architectures;

/// <summary>Reads which layers see a window where the configuration says it layer by layer.</summary>
internal static class LayerWindows
{
    /// <summary>
    /// As Qwen has it: no window at all unless <c>use_sliding_window</c>; then in the layers that <c>layer_types</c> names, or where
    /// it is absent in those from <c>max_window_layers</c> on.
    /// </summary>
    /// <exception cref="FathomException">A list of another length, an unknown kind, or a sliding layer without a window.</exception>
    public static int[] Read(HuggingFaceConfig config, int layers, int defaultWindow, int defaultFirst)
    {
        var used = config.Boolean("use_sliding_window", false);
        var window = !used ? 0 : config.Mentions("sliding_window") ? config.Int32("sliding_window", 1, 0) : defaultWindow;
        var first = config.Int32("max_window_layers", 0, defaultFirst);
        var types = config.Strings("layer_types");
        if (types is null) return [.. Enumerable.Range(0, layers).Select(layer => layer < first ? 0 : window)];
        if (types.Length != layers) throw config.Unsupported("layer_types", $"{layers} kinds, one a layer");
        return [.. types.Select(type => Window(config, type, window))];
    }

    /// <summary>As Gemma has it: the layers that <c>layer_types</c> names, or where it is absent all but every <paramref name="every"/>-th.</summary>
    /// <exception cref="FathomException">A list of another length, or an unknown kind.</exception>
    public static int[] Pattern(HuggingFaceConfig config, int layers, int window, int every)
    {
        var types = config.Strings("layer_types");
        if (types is null) return [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % every == 0 ? 0 : window)];
        if (types.Length != layers) throw config.Unsupported("layer_types", $"{layers} kinds, one a layer");
        return [.. types.Select(type => Window(config, type, window))];
    }

    private static int Window(HuggingFaceConfig config, string type, int window) => type switch
    {
        "full_attention" => 0,
        "sliding_attention" when window > 0 => window,
        "sliding_attention" => throw config.Unsupported("layer_types", "full_attention in every layer, since use_sliding_window and sliding_window say that there is no window"),
        _ => throw config.Unsupported("layer_types", "full_attention, sliding_attention"),
    };
}
