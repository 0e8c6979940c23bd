using Fathom.Tensors.Autograd;

namespace Fathom.Benchmarks;

/// <summary>Sizes of a Llama-shaped model.</summary>
internal sealed record StepShape(int Layers, int Width, int FeedForward, int Heads, int KeyValueHeads, int Vocabulary)
{
    /// <summary>Numbers in a head.</summary>
    public int HeadDim => Width / Heads;

    /// <summary>How attention divides the columns.</summary>
    public AttentionLayout Layout => new(Heads, KeyValueHeads, HeadDim, 0, 1 / MathF.Sqrt(HeadDim));
}
