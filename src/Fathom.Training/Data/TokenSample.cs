namespace Fathom.Training;

/// <summary>A text to learn from, as token ids.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="LearnFrom">Index of the first token that is a target: 1 for the whole text, the answer's first token for the answer alone.</param>
public readonly record struct TokenSample(int[] Ids, int LearnFrom)
{
    /// <summary>Number of targets.</summary>
    public int Targets => Math.Max(0, Ids.Length - Math.Max(1, LearnFrom));
}
