using Fathom.Models.Encoders;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Sequences for an encoder laid end to end, without padding.</summary>
internal sealed class EncoderBatch
{
    /// <summary>Joins sequences.</summary>
    /// <exception cref="FathomException">There is none, one is empty or too long, or has types that do not fit.</exception>
    public EncoderBatch(IReadOnlyList<EncoderInput> inputs, EncoderConfig config)
    {
        if (inputs.Count == 0) throw new FathomException("a batch needs at least one sequence");
        Segments = new RowSegment[inputs.Count];
        var start = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var (length, types) = (inputs[i].Tokens.Length, inputs[i].TokenTypes.Length);
            if (length == 0 || length > config.ContextLength) throw new FathomException($"sequence {i} of the batch has {length} tokens, expected 1 to {config.ContextLength}");
            if (types != 0 && types != length) throw new FathomException($"sequence {i} of the batch has {types} token types for {length} tokens");
            Segments[i] = new RowSegment(start, length);
            start = checked(start + length);
        }

        Ids = [.. inputs.SelectMany(input => input.Tokens.ToArray())];
        Types = [.. inputs.SelectMany(input => input.TokenTypes.IsEmpty ? new int[input.Tokens.Length] : input.TokenTypes.ToArray())];
        FirstRows = [.. Segments.Select(segment => segment.Start)];
    }

    /// <summary>Token ids of all rows.</summary>
    public int[] Ids { get; }

    /// <summary>Token types of all rows.</summary>
    public int[] Types { get; }

    /// <summary>The sequences.</summary>
    public RowSegment[] Segments { get; }

    /// <summary>First row of each sequence.</summary>
    public int[] FirstRows { get; }
}
