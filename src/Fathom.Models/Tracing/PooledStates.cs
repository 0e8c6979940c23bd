namespace Fathom.Models.Tracing;

/// <summary>One vector per layer of one sample: <c>[layers + 1, width]</c>, entry 0 the embeddings, the last after the final norm (Hugging Face convention).</summary>
public sealed class PooledStates
{
    /// <summary>Wraps row-major values.</summary>
    /// <exception cref="ArgumentException">The number of values is not <paramref name="entries"/> times <paramref name="width"/>.</exception>
    public PooledStates(int entries, int width, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != checked(entries * width))
        {
            throw new ArgumentException($"expected {entries} x {width} values, got {values.Length}", nameof(values));
        }

        Entries = entries;
        Width = width;
        Values = values;
    }

    /// <summary>Number of hidden-state entries, layers + 1.</summary>
    public int Entries { get; }

    /// <summary>Width of the model.</summary>
    public int Width { get; }

    /// <summary>Row-major <c>[layers + 1, width]</c>.</summary>
    public float[] Values { get; }

    /// <summary>The vector of one entry.</summary>
    public ReadOnlySpan<float> this[int entry] => Values.AsSpan(entry * Width, Width);
}
