namespace Fathom.Models.Encoders.TextToText;

/// <summary>Everything one pass over a text and a given output gives; for verification, not for bulk work.</summary>
public sealed class TextToTextStates
{
    /// <summary>What the encoder gave.</summary>
    public required EncoderOutput Encoder { get; init; }

    /// <summary>Decoder layers + 1 arrays of <c>[tokens, width]</c>: 0 the embeddings, the last after the final norm.</summary>
    public required float[][] DecoderEntries { get; init; }

    /// <summary>Logits <c>[tokens, vocabulary]</c>.</summary>
    public required float[] Logits { get; init; }
}
