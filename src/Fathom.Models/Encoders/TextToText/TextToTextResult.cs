using Fathom.Models.Generation;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>What was written for one text.</summary>
/// <param name="Tokens">The tokens, up to and including the first end token.</param>
/// <param name="LogProbabilities">Natural log-probability of every token.</param>
/// <param name="Text">Their text without special tokens; empty for a model without tokenizer.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record TextToTextResult(int[] Tokens, double[] LogProbabilities, string Text, FinishReason Finish);
