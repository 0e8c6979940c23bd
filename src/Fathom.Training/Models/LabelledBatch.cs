namespace Fathom.Training;

/// <summary>Sequences and the class of each.</summary>
public sealed class LabelledBatch
{
    private LabelledBatch(TokenBatch tokens, int[] labels) => (Tokens, Labels) = (tokens, labels);

    /// <summary>The sequences.</summary>
    public TokenBatch Tokens { get; }

    /// <summary>For each sequence its class, from 0.</summary>
    public int[] Labels { get; }

    /// <summary>Joins sequences, as in <see cref="TokenBatch.Of"/>, with their classes.</summary>
    /// <exception cref="FathomException">There is no sequence, one is empty, a class is negative, or there are not as many of both.</exception>
    public static LabelledBatch Of(IReadOnlyList<int[]> sequences, IReadOnlyList<int> labels) => Of(TokenBatch.Of(sequences), labels);

    /// <summary>Sequences and their classes.</summary>
    /// <exception cref="FathomException">A class is negative, or there are not as many of both.</exception>
    public static LabelledBatch Of(TokenBatch tokens, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != tokens.Segments.Length) throw new FathomException($"the batch has {tokens.Segments.Length} sequences and {labels.Count} labels");
        if (labels.Any(label => label < 0)) throw new FathomException($"label {labels.First(label => label < 0)} is negative: classes are counted from 0");
        return new LabelledBatch(tokens, [.. labels]);
    }
}
