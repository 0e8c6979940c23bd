using Fathom.Models.Running;

namespace Fathom.Models.Verification;

/// <summary>Follows the reference's greedy tokens and counts where ours would have been others.</summary>
internal static unsafe class GreedyCheck
{
    /// <summary>
    /// Feeds the reference's own tokens, so that one tie does not spoil the rest; a token counts as differing where ours is another
    /// and our logit for theirs is more than <paramref name="margin"/> below the best.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">Prompt and generated tokens.</param>
    /// <param name="promptLength">How many of them are the prompt.</param>
    /// <param name="wholePasses">Every step as one whole pass instead of through the cache (they differ for dynamic rope).</param>
    /// <param name="margin">How near two logits may be to count as a tie.</param>
    public static int Differing(LanguageModel model, int[] tokens, int promptLength, bool wholePasses, double margin)
    {
        var wrong = 0;
        var runner = model.Runner;
        var sequence = runner.StartSequence(promptLength);
        try
        {
            for (var length = promptLength; length < tokens.Length; length++)
            {
                if (wholePasses && length > promptLength)
                {
                    sequence.Dispose();
                    sequence = runner.StartSequence(length);
                }

                var fed = tokens.AsMemory(sequence.Length, length - sequence.Length);
                var expected = tokens[length];
                runner.Run([new PassSegment(sequence, fed)], null, (states, scratch) =>
                    runner.Logits(states, [fed.Length - 1], scratch, (_, _, logits, statistics) =>
                    {
                        if (statistics->ArgMax != expected && statistics->Largest - logits[expected] > margin) wrong++;
                    }));
            }
        }
        finally
        {
            sequence.Dispose();
        }

        return wrong;
    }
}
