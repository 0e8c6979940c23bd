using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Positions;
using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Running;

/// <summary>One pass: the rows of whole sequences one after another, without padding.</summary>
internal sealed unsafe class EncoderPass(IKernels kernels, Scratch scratch)
{
    private readonly List<RowSpan> _spans = [];
    private readonly List<(RopeTable Rope, nint Cos, nint Sin)> _rotations = [];

    /// <summary>The device's operations.</summary>
    public IKernels Kernels => kernels;

    /// <summary>Working memory.</summary>
    public Scratch Scratch => scratch;

    /// <summary>The sequences.</summary>
    public IReadOnlyList<RowSpan> Spans => _spans;

    /// <summary>Rows of all sequences together.</summary>
    public int Rows { get; private set; }

    /// <summary>What left the embeddings, <c>[rows, width]</c>, where a block asks for it later on.</summary>
    public float* Embedded { get; set; }

    /// <summary>In a decoder, each sequence's keys and values.</summary>
    public IReadOnlyList<DecoderState> States { get; init; } = [];

    /// <summary>Takes the sequences of a new pass: for each its rows and where it goes on.</summary>
    public void Begin(IEnumerable<(int Rows, int FirstPosition)> sequences)
    {
        _spans.Clear();
        _rotations.Clear();
        Rows = 0;
        Embedded = null;
        foreach (var (rows, position) in sequences)
        {
            _spans.Add(new RowSpan(Rows, rows, position));
            Rows = checked(Rows + rows);
        }
    }

    /// <summary>Makes a rope's table of this pass; before the blocks run, since blocks release what they take.</summary>
    public void Prepare(RopeTable rope)
    {
        var cos = scratch.Take((long)Rows * rope.Half);
        var sin = scratch.Take((long)Rows * rope.Half);
        _rotations.Add((rope, (nint)cos, (nint)sin));
        foreach (var span in _spans)
        {
            for (var i = 0; i < span.Rows; i++, cos += rope.Half, sin += rope.Half) rope.Write(span.FirstPosition + i, span.FirstPosition + span.Rows, cos, sin);
        }
    }

    /// <summary>Rotates every head of every row, <c>[rows, heads, headDim]</c> with a stride, in place.</summary>
    public void Rotate(RopeTable rope, float* x, int stride, int heads, int headDim)
    {
        foreach (var made in _rotations)
        {
            if (!ReferenceEquals(made.Rope, rope)) continue;
            kernels.Rotate(x, Rows, stride, heads, headDim, rope.RotaryDim, (float*)made.Cos, (float*)made.Sin);
            return;
        }

        throw new InvalidOperationException("every rope is prepared before the blocks run");
    }
}
