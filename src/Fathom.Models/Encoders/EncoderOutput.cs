namespace Fathom.Models.Encoders;

/// <summary>What an encoder's pass over one sequence gave; what was not asked for, or what the model does not have, is empty.</summary>
public sealed class EncoderOutput
{
    /// <summary>Positions.</summary>
    public required int Tokens { get; init; }

    /// <summary>Numbers in a state.</summary>
    public required int Width { get; init; }

    /// <summary>Layers + 1 arrays of <c>[tokens, width]</c>: 0 the embeddings as they enter the first block, the last what leaves the encoder.</summary>
    public float[][] Entries { get; init; } = [];

    /// <summary>What leaves the encoder, <c>[tokens, width]</c>.</summary>
    public float[] LastStates { get; init; } = [];

    /// <summary>The pooler's output <c>[width]</c>.</summary>
    public float[] Pooler { get; init; } = [];

    /// <summary>Logits of the classes, in the order of <see cref="EncoderConfig.Labels"/>.</summary>
    public float[] Logits { get; init; } = [];

    /// <summary>Every token's logits <c>[tokens, token labels]</c>, in the order of <see cref="EncoderConfig.TokenLabels"/>.</summary>
    public float[] TokenLogits { get; init; } = [];
}
