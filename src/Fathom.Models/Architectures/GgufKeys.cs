namespace Fathom.Models.Architectures;

/// <summary>Metadata keys that most families share; a family adds its own. A key that is neither is refused, since nearly every one changes results.</summary>
internal static class GgufKeys
{
    private static readonly string[] Common =
    [
        .. GgufRope.Keys, "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_rms_epsilon",
        "attention.layer_norm_epsilon", "attention.sliding_window", "attention.sliding_window_pattern", "vocab_size", "tensor_data_layout",
    ];

    /// <summary>Reads what families share, after refusing keys that neither they nor <paramref name="more"/> know.</summary>
    public static DecoderConfig Read(GgufConfig config, bool partialRope, params ReadOnlySpan<string> more)
    {
        RefuseUnknown(config, more);
        return LlamaConfigReader.Read(config, partialRope);
    }

    /// <summary>Refuses keys that are neither shared nor in <paramref name="more"/>.</summary>
    public static void RefuseUnknown(GgufConfig config, params ReadOnlySpan<string> more) => config.RefuseUnknownKeys(new HashSet<string>([.. Common, .. more], StringComparer.Ordinal));
}
