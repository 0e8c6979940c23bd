namespace Fathom.Models.Tracing;

/// <summary>
/// Which positions are averaged into one vector per layer. Step 0 is the prompt pass, step s feeds generated token s;
/// m = min(generated tokens, limit).
/// </summary>
public enum Pooling
{
    /// <summary>Mean over steps 0..m-1 of the last position: the m states output tokens 1..m were predicted from.</summary>
    OutputPredictive,

    /// <summary>Mean over generated tokens 1..m as inputs (steps 1..m).</summary>
    OutputTokens,

    /// <summary>Mean over steps 0..5 of position 0 of each step, as the code released with TV score does: the first prompt token and generated tokens 1..5.</summary>
    ReferenceCode,

    /// <summary>Mean over all prompt tokens.</summary>
    PromptMean,

    /// <summary>The last prompt token.</summary>
    PromptLast,

    /// <summary>Mean over the prompt tokens without the end of the template (<see cref="TraceInput.SuffixTokens"/>).</summary>
    SentenceMean,

    /// <summary>The last prompt token before the end of the template: the text's own last one.</summary>
    SentenceLast,
}
