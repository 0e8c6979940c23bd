namespace Fathom.Models;

/// <summary>Everything one pass over one sequence gives; for verification, not for bulk work.</summary>
public sealed class HiddenStates
{
    /// <summary>Positions.</summary>
    public required int Tokens { get; init; }

    /// <summary>Numbers in a state.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the embedding table, columns of the logits.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Layers + 1 arrays of <c>[tokens, width]</c>: 0 the embeddings, the last after the final norm (Hugging Face convention).</summary>
    public required float[][] Entries { get; init; }

    /// <summary>What leaves the last block before the final norm, <c>[tokens, width]</c>.</summary>
    public required float[] LastResidual { get; init; }

    /// <summary>Logits <c>[tokens, vocabulary]</c>, or of the last position only, as asked; empty when not asked for.</summary>
    public required float[] Logits { get; init; }
}
