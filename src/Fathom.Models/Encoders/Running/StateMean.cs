namespace Fathom.Models.Encoders.Running;

/// <summary>The mean of a sequence's states, in double.</summary>
internal static class StateMean
{
    /// <summary>Mean over the rows of states <c>[rows, width]</c>.</summary>
    public static void Of(ReadOnlySpan<float> states, int width, Span<float> mean)
    {
        var sums = new double[width];
        for (var at = 0; at < states.Length; at += width)
        {
            for (var column = 0; column < width; column++) sums[column] += states[at + column];
        }

        var rows = states.Length / width;
        for (var column = 0; column < width; column++) mean[column] = (float)(sums[column] / rows);
    }
}
