using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Positions;
using Fathom.Models.Tracing;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>Embedding, blocks, final norm and head of a decoder-only model.</summary>
internal sealed unsafe class Decoder(DecoderConfig config, PackedMatrix embedding, IReadOnlyList<IBlock> blocks, INorm finalNorm, PackedMatrix head)
{
    /// <summary>The decoder's shape.</summary>
    public DecoderConfig Config => config;

    /// <summary>The embedding table.</summary>
    public PackedMatrix Embedding => embedding;

    /// <summary>The matrix of the logits.</summary>
    public PackedMatrix Head => head;

    /// <summary>Position tables the blocks use; made ready before they run.</summary>
    public required IReadOnlyList<RopeTable> Ropes { get; init; }

    /// <summary>
    /// Runs the pass's rows through all blocks and the final norm.
    /// </summary>
    /// <returns>The states after the final norm <c>[rows, width]</c>, in the pass's scratch memory.</returns>
    public float* Forward(Pass pass, IStateObserver? observer)
    {
        var x = pass.Scratch.Take((long)pass.Rows * config.Width);
        var ids = (int*)pass.Scratch.Take(pass.Rows);
        pass.CopyTokens(ids);
        foreach (var rope in Ropes) pass.Prepare(rope);
        pass.PrepareDropout();
        pass.Kernels.Embed(embedding, ids, pass.Rows, x, config.Width);
        pass.Drop(x, DropoutSites.Embeddings);
        observer?.Observe(0, x);
        for (var layer = 0; layer < blocks.Count; layer++)
        {
            blocks[layer].Forward(pass, x);
            if (layer < blocks.Count - 1) observer?.Observe(layer + 1, x);
        }

        observer?.ObserveLastResidual(x);
        finalNorm.Apply(pass.Kernels, x, pass.Rows, x);
        observer?.Observe(blocks.Count, x);
        return x;
    }
}
