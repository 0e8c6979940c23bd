using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>The sum of a token's row, its position's and its type's (where the family has them), widened where the table is narrower, then normed.</summary>
internal sealed unsafe class EncoderEmbeddings
{
    /// <summary>Rows by token id.</summary>
    public required PackedMatrix Tokens { get; init; }

    /// <summary>Rows by position.</summary>
    public PackedMatrix? Positions { get; init; }

    /// <summary>Rows by token type.</summary>
    public PackedMatrix? Types { get; init; }

    /// <summary>From the tables' width to the model's.</summary>
    public Projection? Widen { get; init; }

    /// <summary>Norm of the sum.</summary>
    public INorm? Norm { get; init; }

    /// <summary>
    /// Padding id of families that count positions from it on: a token stands at its number among those that are no padding plus this
    /// id, padding at this id. Otherwise positions count from 0.
    /// </summary>
    public int? PositionsFrom { get; init; }

    /// <summary>Positions in the table that the tokens of a sequence stand at.</summary>
    public static void FillPositions(ReadOnlySpan<int> tokens, int? positionsFrom, Span<int> positions)
    {
        var seen = 0;
        for (var i = 0; i < tokens.Length; i++)
            positions[i] = positionsFrom is not { } pad ? i : tokens[i] == pad ? pad : ++seen + pad;
    }

    /// <summary>Writes the embeddings <c>[rows, width]</c> of the pass's tokens.</summary>
    public void Forward(EncoderPass pass, IReadOnlyList<EncoderInput> inputs, float* y)
    {
        var mark = pass.Scratch.Mark();
        var width = Tokens.Inputs;
        var count = (long)pass.Rows * width;
        var sum = Widen is null ? y : pass.Scratch.Take(count);
        var row = pass.Scratch.Take(count);
        var ids = (int*)pass.Scratch.Take(pass.Rows);
        var numbers = new Span<int>(ids, pass.Rows);
        foreach (var (input, span) in inputs.Zip(pass.Spans)) input.Tokens.Span.CopyTo(numbers[span.FirstRow..]);
        pass.Kernels.Embed(Tokens, ids, pass.Rows, sum, width);
        if (Types is not null)
        {
            numbers.Clear();
            foreach (var (input, span) in inputs.Zip(pass.Spans)) input.TokenTypes.Span.CopyTo(numbers[span.FirstRow..]);
            Add(Types);
        }

        if (Positions is not null)
        {
            foreach (var (input, span) in inputs.Zip(pass.Spans)) FillPositions(input.Tokens.Span, PositionsFrom, numbers.Slice(span.FirstRow, span.Rows));
            Add(Positions);
        }

        Widen?.Apply(pass.Kernels, sum, pass.Rows, y);
        Norm?.Apply(pass.Kernels, y, pass.Rows, y);
        pass.Scratch.Release(mark);

        void Add(PackedMatrix table)
        {
            pass.Kernels.Embed(table, ids, pass.Rows, row, width);
            pass.Kernels.AddInPlace(row, count, sum);
        }
    }
}
