using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>One vector per layer of one sample in double, <c>[entries, width]</c>: what trajectory methods are functions of.</summary>
public sealed class Trajectory
{
    /// <summary>Wraps row-major values.</summary>
    /// <exception cref="ArgumentException">The number of values is not entries times width.</exception>
    public Trajectory(int entries, int width, double[] values)
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

    /// <summary>Row-major <c>[entries, width]</c>.</summary>
    public double[] Values { get; }

    /// <summary>The vector of one entry.</summary>
    public ReadOnlySpan<double> this[int entry] => Values.AsSpan(entry * Width, Width);

    /// <summary>Widens pooled states.</summary>
    public static Trajectory Of(PooledStates states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return new Trajectory(states.Entries, states.Width, Array.ConvertAll(states.Values, static value => (double)value));
    }

    /// <summary>Euclidean length of every step, ||y_l - y_(l-1)||, l = 1..entries-1 (specs of the method: D_l).</summary>
    public double[] StepLengths()
    {
        var lengths = new double[Math.Max(0, Entries - 1)];
        for (var l = 1; l < Entries; l++)
        {
            var sum = 0.0;
            for (var j = 0; j < Width; j++)
            {
                var step = Values[l * Width + j] - Values[(l - 1) * Width + j];
                sum += step * step;
            }

            lengths[l - 1] = Math.Sqrt(sum);
        }

        return lengths;
    }
}
