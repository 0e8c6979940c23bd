using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Encoders;

/// <summary>Embeddings, blocks, final norm, pooler and head of an encoder.</summary>
internal sealed unsafe class EncoderStack : IDisposable
{
    /// <summary>The encoder's shape.</summary>
    public required EncoderConfig Config { get; init; }

    /// <summary>From tokens to what enters the first block.</summary>
    public required EncoderEmbeddings Embeddings { get; init; }

    /// <summary>The blocks.</summary>
    public required IReadOnlyList<IEncoderBlock> Blocks { get; init; }

    /// <summary>Norm of what leaves the last block, where the family has one.</summary>
    public INorm? FinalNorm { get; init; }

    /// <summary>Position tables the blocks use.</summary>
    public IReadOnlyList<RopeTable> Ropes { get; init; } = [];

    /// <summary>Whether a block asks for what left the embeddings.</summary>
    public bool KeepsEmbedded { get; init; }

    /// <summary>From the first token's last state to the pooler's output, where the model has it.</summary>
    public SequenceHead? Pooler { get; init; }

    /// <summary>What stands before the classifier: from the pooled state (not the pooler's output). Null: the classifier reads the pooler's output.</summary>
    public SequenceHead? Head { get; init; }

    /// <summary>Whether <see cref="Head"/> reads the mean of a sequence's states; otherwise its first.</summary>
    public bool HeadReadsMean { get; init; }

    /// <summary>To the logits of the classes.</summary>
    public Projection? Classifier { get; init; }

    /// <summary>To every token's logits, of a model with a head over tokens; <see cref="Head"/>, if there is one, stands before it.</summary>
    public Projection? TokenClassifier { get; init; }

    /// <summary>For families that put distances into buckets: from the ending of a reference table's name to the function it lists.</summary>
    public Func<string, Func<int, int>?>? Buckets { get; init; }

    /// <summary>Tensors of the file that belong to a head this library does not use here.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>What the blocks made for themselves.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in Owned) owned.Dispose();
    }

    /// <summary>Runs the pass; the states that leave the encoder are in scratch memory.</summary>
    public float* Forward(EncoderPass pass, IReadOnlyList<EncoderInput> inputs, IStateObserver? observer)
    {
        var count = (long)pass.Rows * Config.Width;
        var x = pass.Scratch.Take(count);
        foreach (var rope in Ropes) pass.Prepare(rope);
        Embeddings.Forward(pass, inputs, x);
        if (KeepsEmbedded)
        {
            pass.Embedded = pass.Scratch.Take(count);
            Buffer.MemoryCopy(x, pass.Embedded, count * sizeof(float), count * sizeof(float));
        }

        observer?.Observe(0, x);
        for (var layer = 0; layer < Blocks.Count; layer++)
        {
            Blocks[layer].Forward(pass, x);
            if (layer < Blocks.Count - 1) observer?.Observe(layer + 1, x);
        }

        FinalNorm?.Apply(pass.Kernels, x, pass.Rows, x);
        observer?.Observe(Blocks.Count, x);
        return x;
    }
}
