using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>How a model is converted.</summary>
public sealed record ConversionOptions
{
    /// <summary>What to write; null: GGUF where the output's name ends with <c>.gguf</c>, else safetensors.</summary>
    public ConversionFormat? Format { get; init; }

    /// <summary>
    /// How to store the matrices: F32, F16, BF16; for GGUF also Q8_0, Q4_0, Q4_1. Null: as they are, quantised ones as F32 in safetensors.
    /// In GGUF vectors are always F32, and a matrix whose rows are no multiple of 32 is F16 where blocks were asked for.
    /// </summary>
    public DType? Type { get; init; }

    /// <summary>Whether to write the tokenizer too. Default: true.</summary>
    public bool Tokenizer { get; init; } = true;

    /// <summary>Longest file of safetensors in bytes: larger models go into several, with an index; null: one file whatever its length.</summary>
    public long? ShardBytes { get; init; }

    /// <summary>Told the bytes written so far and the bytes of all tensors.</summary>
    public Action<long, long>? OnProgress { get; init; }
}
