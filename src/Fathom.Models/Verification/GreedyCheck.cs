using Fathom.Models.Positions;
using Fathom.Models.Running;

namespace Fathom.Models.Verification;

/// <summary>Follows the reference's greedy tokens, and says where ours would have been others and how likely each was.</summary>
internal sealed class GreedyCheck
{
    private readonly List<float> _logProbabilities = [];
    private readonly List<float> _entropies = [];
    private readonly List<float> _maxProbabilities = [];

    private GreedyCheck()
    {
    }

    /// <summary>Tokens where ours is another.</summary>
    public int Wrong { get; private set; }

    /// <summary>Natural log-probability of each generated token.</summary>
    public float[] LogProbabilities => [.. _logProbabilities];

    /// <summary>Entropy of each step's distribution, in nats.</summary>
    public float[] Entropies => [.. _entropies];

    /// <summary>Largest probability of each step's distribution.</summary>
    public float[] MaxProbabilities => [.. _maxProbabilities];

    /// <summary>
    /// Feeds the reference's own tokens, so that one tie does not spoil the rest; a token counts as differing where ours is another
    /// and our logit for theirs is more than <paramref name="margin"/> below the best.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">Prompt and generated tokens.</param>
    /// <param name="promptLength">How many of them are the prompt.</param>
    /// <param name="wholePasses">Every step as one whole pass instead of through the cache (they differ for dynamic rope).</param>
    /// <param name="margin">How near two logits may be to count as a tie.</param>
    /// <exception cref="FathomException">There is no prompt, a token is not in the vocabulary, or there are more than the model's context.</exception>
    public static unsafe GreedyCheck Follow(LanguageModel model, int[] tokens, int promptLength, bool wholePasses, double margin)
    {
        if (promptLength < 1) throw new FathomException("there is no prompt from which tokens were generated");
        var check = new GreedyCheck();
        var runner = model.Runner;
        runner.CheckTokens(tokens);
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
                        if (statistics->ArgMax != expected && statistics->Largest - logits[expected] > margin) check.Wrong++;
                        check._logProbabilities.Add((float)(logits[expected] - statistics->LogSumExp));
                        check._entropies.Add((float)statistics->Entropy);
                        check._maxProbabilities.Add((float)Elementary.Exp(statistics->Largest - statistics->LogSumExp));
                    }));
            }
        }
        finally
        {
            sequence.Dispose();
        }

        return check;
    }
}
