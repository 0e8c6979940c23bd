namespace Fathom.Insight.Detection;

/// <summary>
/// Which tokens of a prompt to leave out, one window at a time, to see how much a score falls without them (occlusion). A window is
/// one token; of long texts it is as many as keep the number of prompts to run within bounds.
/// </summary>
public sealed class OcclusionPlan
{
    private readonly int[] _prompt;

    private OcclusionPlan(int[] prompt, int first, int count, int window)
    {
        _prompt = prompt;
        Window = window;
        Windows = [.. Enumerable.Range(0, (count + window - 1) / window).Select(i => (first + i * window, Math.Min(window, count - i * window)))];
    }

    /// <summary>Tokens in a window.</summary>
    public int Window { get; }

    /// <summary>The windows: place of the first token in the prompt, and number of tokens.</summary>
    public IReadOnlyList<(int First, int Count)> Windows { get; }

    /// <summary>A plan for a part of a prompt.</summary>
    /// <param name="prompt">Tokens of the whole prompt.</param>
    /// <param name="first">Place of the text's first token in it.</param>
    /// <param name="count">Number of the text's tokens.</param>
    /// <param name="most">Most windows; default 256.</param>
    /// <returns>The plan; without windows where leaving one out would leave nothing.</returns>
    public static OcclusionPlan Of(int[] prompt, int first, int count, int most = 256)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, prompt.Length - count);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var window = Math.Max(1, (count + most - 1) / most);
        return new OcclusionPlan(prompt, first, prompt.Length <= window ? 0 : count, window);
    }

    /// <summary>The prompt without the tokens of a window.</summary>
    public int[] Without(int window)
    {
        var (first, count) = Windows[window];
        return [.. _prompt[..first], .. _prompt[(first + count)..]];
    }
}
