using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>Pools the states of one text.</summary>
internal static class SentencePooler
{
    /// <summary>States <c>[tokens, width]</c> to one vector of the width.</summary>
    public static void Pool(SentencePooling pooling, ReadOnlySpan<float> states, int width, Span<float> vector)
    {
        var tokens = states.Length / width;
        switch (pooling)
        {
            case SentencePooling.Mean: StateMean.Of(states, width, vector); break;
            case SentencePooling.First: states[..width].CopyTo(vector); break;
            case SentencePooling.Last: states[^width..].CopyTo(vector); break;
            case SentencePooling.Max:
                states[..width].CopyTo(vector);
                for (var at = width; at < states.Length; at++) vector[at % width] = Math.Max(vector[at % width], states[at]);
                break;
            case SentencePooling.MeanSqrt: Weighted(states, width, vector, _ => 1, Math.Sqrt(tokens)); break;
            case SentencePooling.WeightedMean: Weighted(states, width, vector, token => token + 1, tokens * (tokens + 1.0) / 2); break;
            default: throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "unknown pooling");
        }
    }

    /// <summary>Divides a vector by its 2-norm, which stays where it is zero.</summary>
    public static void Normalize(Span<float> vector)
    {
        double squares = 0;
        foreach (var value in vector) squares += (double)value * value;
        if (squares == 0) return;
        var norm = Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++) vector[i] = (float)(vector[i] / norm);
    }

    private static void Weighted(ReadOnlySpan<float> states, int width, Span<float> vector, Func<int, double> weight, double divisor)
    {
        var sums = new double[width];
        for (var at = 0; at < states.Length; at++) sums[at % width] += weight(at / width) * states[at];
        for (var column = 0; column < width; column++) vector[column] = (float)(sums[column] / divisor);
    }
}
