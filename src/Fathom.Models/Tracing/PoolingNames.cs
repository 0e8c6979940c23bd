namespace Fathom.Models.Tracing;

/// <summary>The names of pooling modes in files and on the command line.</summary>
public static class PoolingNames
{
    private static readonly (Pooling Mode, string Name)[] All =
    [
        (Pooling.OutputPredictive, "output_predictive"),
        (Pooling.OutputTokens, "output_tokens"),
        (Pooling.ReferenceCode, "reference_code"),
        (Pooling.PromptMean, "prompt_mean"),
        (Pooling.PromptLast, "prompt_last"),
        (Pooling.SentenceMean, "sentence_mean"),
        (Pooling.SentenceLast, "sentence_last"),
    ];

    /// <summary>The name of a mode, for example <c>output_predictive</c>.</summary>
    public static string NameOf(Pooling pooling) => Array.Find(All, entry => entry.Mode == pooling).Name;

    /// <summary>The mode of a name.</summary>
    /// <exception cref="FathomException">There is no such mode; the message lists those there are.</exception>
    public static Pooling Parse(string name)
    {
        foreach (var (mode, known) in All)
        {
            if (known == name)
            {
                return mode;
            }
        }

        throw new FathomException($"unknown pooling '{name}'; known are {string.Join(", ", All.Select(entry => entry.Name))}");
    }
}
