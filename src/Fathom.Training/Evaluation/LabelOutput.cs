namespace Fathom.Training;

/// <summary>What a model has written after a prompt so far, and whether it can still become the label.</summary>
internal sealed class LabelOutput(LabelProblem problem, int maxNewTokens, Func<int[], string> decode, IReadOnlyList<int> endTokens)
{
    private readonly List<int> _written = [];

    /// <summary>Whether more must be generated to know.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Whether it is the label.</summary>
    public bool IsRight { get; private set; }

    // Nothing is asked after the last token that may be generated.
    private int Guided => Math.Min(problem.Answer.Length, maxNewTokens - 1);

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength => problem.Prompt.Length;

    /// <summary>Tokens of the next pass's input.</summary>
    public int InputLength(bool followLabel) => problem.Prompt.Length + (followLabel ? Guided : _written.Count);

    /// <summary>The next pass's input: the prompt and either the label or what was written.</summary>
    public int[] Input(bool followLabel) => [.. problem.Prompt, .. followLabel ? problem.Answer[..Guided] : [.. _written]];

    /// <summary>Rows of the input after which a choice is wanted.</summary>
    public IEnumerable<int> Rows(bool followLabel) => followLabel ? Enumerable.Range(problem.Prompt.Length - 1, Guided + 1) : [problem.Prompt.Length + _written.Count - 1];

    /// <summary>Takes the choices after those rows, as far as they are what would have been generated.</summary>
    public void Take(ReadOnlySpan<int> choices)
    {
        for (var i = 0; i < choices.Length && IsOpen; i++)
        {
            var wasGiven = i + 1 < choices.Length && choices[i] == problem.Answer[i];
            Take(choices[i], judge: !wasGiven);
            if (!wasGiven) return;
        }
    }

    private void Take(int token, bool judge)
    {
        var ended = endTokens.Contains(token);
        if (!ended) _written.Add(token);
        if (!judge) return;
        var text = decode([.. _written]);
        if (ended || _written.Count == maxNewTokens)
        {
            (IsOpen, IsRight) = (false, string.Equals(text.Trim(), problem.Label, StringComparison.Ordinal));
            return;
        }

        // A character that is not whole yet may become anything.
        var begun = text.TrimStart();
        if (!begun.Contains('\uFFFD', StringComparison.Ordinal)) IsOpen = problem.Label.StartsWith(begun.TrimEnd(), StringComparison.Ordinal);
    }
}
