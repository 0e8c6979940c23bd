using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Positions;
using Fathom.Models.Tracing;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>Embedding, blocks, final norm and head of a decoder-only model.</summary>
internal sealed unsafe class Decoder(DecoderConfig config, PackedMatrix embedding, IReadOnlyList<IBlock> blocks, PackedMatrix head)
{
    /// <summary>The decoder's shape.</summary>
    public DecoderConfig Config => config;

    /// <summary>The embedding table.</summary>
    public PackedMatrix Embedding => embedding;

    /// <summary>The matrix of the logits.</summary>
    public PackedMatrix Head => head;

    /// <summary>Position tables the blocks use; made ready before they run.</summary>
    public required IReadOnlyList<RopeTable> Ropes { get; init; }

    /// <summary>The table of learnt positions, where there is one.</summary>
    public PackedMatrix? Positions { get; init; }

    /// <summary>From the embedding's width to the model's, where they differ.</summary>
    public Projection? ProjectIn { get; init; }

    /// <summary>The norm behind the last block, where there is one.</summary>
    public INorm? FinalNorm { get; init; }

    /// <summary>Back to the embedding's width.</summary>
    public Projection? ProjectOut { get; init; }

    /// <summary>
    /// Runs the pass's rows through all blocks and the final norm.
    /// </summary>
    /// <returns>The states the head reads, <c>[rows, final width]</c>, in the pass's scratch memory.</returns>
    public float* Forward(Pass pass, IStateObserver? observer)
    {
        var x = pass.Scratch.Take((long)pass.Rows * config.Width);
        var ids = (int*)pass.Scratch.Take(pass.Rows);
        pass.CopyTokens(ids);
        foreach (var rope in Ropes) pass.Prepare(rope);
        pass.PrepareDropout();
        Embed(pass, ids, x);
        pass.Drop(x, DropoutSites.Embeddings);
        observer?.Observe(0, x);
        for (var layer = 0; layer < blocks.Count; layer++)
        {
            blocks[layer].Forward(pass, x);
            if (layer < blocks.Count - 1) observer?.Observe(layer + 1, x);
        }

        observer?.ObserveLastResidual(x);
        FinalNorm?.Apply(pass.Kernels, x, pass.Rows, x);
        if (ProjectOut is null)
        {
            observer?.Observe(blocks.Count, x);
            return x;
        }

        var states = pass.Scratch.Take((long)pass.Rows * config.FinalWidth);
        ProjectOut.Apply(pass, x, states);
        if (observer is not null) ObserveNarrow(pass, observer, states, x);
        return states;
    }

    /// <summary>What some families do to logits: a factor, a soft cap.</summary>
    public void FinishLogits(IKernels kernels, float* logits, long count)
    {
        if (config.IsClassifier) return;
        if (config.LogitScale != 1) kernels.Scale(logits, config.LogitScale, count, logits);
        if (config.LogitSoftCap == 0) return;
        kernels.Scale(logits, 1 / config.LogitSoftCap, count, logits);
        kernels.Activate(Activation.Tanh, logits, count, logits);
        kernels.Scale(logits, config.LogitSoftCap, count, logits);
    }

    private void Embed(Pass pass, int* ids, float* x)
    {
        var count = (long)pass.Rows * config.Width;
        if (ProjectIn is null)
        {
            pass.Kernels.Embed(embedding, ids, pass.Rows, x, config.Width);
        }
        else
        {
            var narrow = pass.Scratch.Take((long)pass.Rows * config.FinalWidth);
            pass.Kernels.Embed(embedding, ids, pass.Rows, narrow, config.FinalWidth);
            ProjectIn.Apply(pass, narrow, x);
        }

        if (config.EmbeddingScale != 1) pass.Kernels.Scale(x, config.EmbeddingScale, count, x);
        if (Positions is null) return;
        var places = (int*)pass.Scratch.Take(pass.Rows);
        var rows = pass.Scratch.Take(count);
        pass.CopyPositions(places, config.PositionOffset);
        pass.Kernels.Embed(Positions, places, pass.Rows, rows, config.Width);
        pass.Kernels.AddInPlace(rows, count, x);
    }

    // Observers know one width: what is narrower is filled up with zeros, in the memory of the residual stream, which has had its use.
    private void ObserveNarrow(Pass pass, IStateObserver observer, float* states, float* wide)
    {
        for (long row = 0; row < pass.Rows; row++)
        {
            var to = new Span<float>(wide + row * config.Width, config.Width);
            to.Clear();
            new ReadOnlySpan<float>(states + row * config.FinalWidth, config.FinalWidth).CopyTo(to);
        }

        observer.Observe(blocks.Count, wide);
    }
}
