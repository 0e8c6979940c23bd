using Fathom.Models.Architectures;

namespace Fathom.Models.Conversion;

/// <summary>llama.cpp holds the rows of the query and key projections of Llama's family with the two halves of each head interleaved.</summary>
internal static class RotaryOrder
{
    /// <summary>For each row to write to Hugging Face's layout the row of the GGUF file, or null where rows stay.</summary>
    public static int[]? ToHuggingFace(string name, DecoderConfig config) => name switch
    {
        _ when name.Contains(".self_attn.q_proj.", StringComparison.Ordinal) => WeightBinder.InterleavedRows(config.Heads, config.HeadDim),
        _ when name.Contains(".self_attn.k_proj.", StringComparison.Ordinal) => WeightBinder.InterleavedRows(config.KeyValueHeads, config.HeadDim),
        _ => null,
    };

    /// <summary>For each row to write to a GGUF file the row of Hugging Face's layout, or null where rows stay.</summary>
    public static int[]? ToGguf(string name, DecoderConfig config)
    {
        if (ToHuggingFace(name, config) is not { } order) return null;
        var inverse = new int[order.Length];
        for (var row = 0; row < order.Length; row++) inverse[order[row]] = row;
        return inverse;
    }
}
