using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>Embedding, blocks, final norm and head of a decoder that reads an encoder's states.</summary>
internal sealed unsafe class DecoderStack
{
    /// <summary>The shape.</summary>
    public required TextToTextConfig Config { get; init; }

    /// <summary>Rows by token id.</summary>
    public required PackedMatrix Tokens { get; init; }

    /// <summary>The blocks.</summary>
    public required IReadOnlyList<IEncoderBlock> Blocks { get; init; }

    /// <summary>Their attentions to the encoder's states.</summary>
    public required IReadOnlyList<CrossAttention> Cross { get; init; }

    /// <summary>Norm of what leaves the last block.</summary>
    public required INorm FinalNorm { get; init; }

    /// <summary>The matrix of the logits.</summary>
    public required PackedMatrix Head { get; init; }

    /// <summary>Factor of the states before the head.</summary>
    public required float HeadScale { get; init; }

    /// <summary>Runs the next tokens of some sequences; the states after the final norm <c>[rows, width]</c> are in scratch memory.</summary>
    public float* Forward(EncoderPass pass, IReadOnlyList<ReadOnlyMemory<int>> tokens, IStateObserver? observer)
    {
        var width = Config.Encoder.Width;
        var x = pass.Scratch.Take((long)pass.Rows * width);
        var ids = (int*)pass.Scratch.Take(pass.Rows);
        for (var i = 0; i < tokens.Count; i++) tokens[i].Span.CopyTo(new Span<int>(ids + pass.Spans[i].FirstRow, pass.Spans[i].Rows));
        pass.Kernels.Embed(Tokens, ids, pass.Rows, x, width);
        observer?.Observe(0, x);
        for (var layer = 0; layer < Blocks.Count; layer++)
        {
            Blocks[layer].Forward(pass, x);
            if (layer < Blocks.Count - 1) observer?.Observe(layer + 1, x);
        }

        FinalNorm.Apply(pass.Kernels, x, pass.Rows, x);
        observer?.Observe(Blocks.Count, x);
        return x;
    }

    /// <summary>Logits <c>[rows, vocabulary]</c> of states <c>[rows, width]</c>, which are left as they are.</summary>
    public void Logits(EncoderPass pass, float* states, int rows, float* logits)
    {
        var mark = pass.Scratch.Mark();
        var count = rows * Config.Encoder.Width;
        var scaled = pass.Scratch.Take(count);
        for (var i = 0; i < count; i++) scaled[i] = states[i] * HeadScale;
        pass.Kernels.Linear(scaled, rows, Config.Encoder.Width, Head, null, logits, Config.Encoder.Vocabulary);
        pass.Scratch.Release(mark);
    }
}
