using Fathom.Models.Running;

namespace Fathom.Models;

/// <summary>Whole hidden states, logits and likelihoods of single sequences.</summary>
public static unsafe class LanguageModelStates
{
    /// <summary>Runs one sequence and keeps the states of all positions and layers (memory: tokens x width x (layers + 2) floats).</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The sequence's ids.</param>
    /// <param name="logits">Where logits are wanted.</param>
    /// <param name="chunk">Tokens a pass; changes no bit of the result.</param>
    /// <exception cref="FathomException">There is no token, one is not in the vocabulary, or there are more than the model's context.</exception>
    public static HiddenStates GetHiddenStates(this LanguageModel model, ReadOnlyMemory<int> tokens, LogitPositions logits = LogitPositions.None, int chunk = PassRunner.MostRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        if (logits != LogitPositions.None) model.EnsurePredictsTokens();
        var runner = model.Runner;
        var config = model.Config;
        CheckNotEmpty(tokens);
        if (tokens.Length > config.ContextLength) throw runner.TooLong(tokens.Length);
        var whole = new WholeStates(config.Entries, config.Width, tokens.Length);
        var wanted = logits switch { LogitPositions.All => tokens.Length, LogitPositions.Last => 1, _ => 0 };
        var result = new float[checked(wanted * config.Vocabulary)];
        using var sequence = runner.StartSequence(tokens.Length);
        for (var start = 0; start < tokens.Length; start += chunk)
        {
            var rows = Math.Min(chunk, tokens.Length - start);
            (whole.Start, whole.Rows) = (start, rows);
            var firstWanted = Math.Max(0, tokens.Length - wanted - start);
            var at = start + firstWanted - (tokens.Length - wanted);
            runner.Run([new PassSegment(sequence, tokens.Slice(start, rows))], whole, (states, scratch) =>
            {
                if (firstWanted >= rows) return;
                int[] places = [.. Enumerable.Range(firstWanted, rows - firstWanted)];
                runner.Logits(states, places, scratch, (first, count, values, _) =>
                    new ReadOnlySpan<float>(values, count * config.Vocabulary).CopyTo(result.AsSpan((at + first) * config.Vocabulary)));
            });
        }

        return new HiddenStates { Tokens = tokens.Length, Width = config.Width, Vocabulary = config.Vocabulary, Entries = whole.Entries, LastResidual = whole.Residual, Logits = result };
    }

    /// <summary>Natural log-probability of every token but the first, given those before it; logits are never held for more than a few positions.</summary>
    /// <exception cref="FathomException">There is no token, one is not in the vocabulary, or there are more than the model's context.</exception>
    public static double[] GetLogProbabilities(this LanguageModel model, ReadOnlyMemory<int> tokens, int chunk = PassRunner.MostRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        CheckNotEmpty(tokens);
        model.EnsurePredictsTokens();
        var runner = model.Runner;
        if (tokens.Length > model.Config.ContextLength) throw runner.TooLong(tokens.Length);
        runner.CheckTokens(tokens.Span);
        var result = new double[tokens.Length - 1];
        using var sequence = runner.StartSequence(tokens.Length);
        for (var start = 0; start < tokens.Length; start += chunk)
        {
            var rows = Math.Min(chunk, tokens.Length - start);
            var wanted = Math.Min(rows, result.Length - start);
            runner.Run([new PassSegment(sequence, tokens.Slice(start, rows))], null, (states, scratch) =>
            {
                if (wanted <= 0) return;
                int[] places = [.. Enumerable.Range(0, wanted)];
                runner.Logits(states, places, scratch, (first, count, values, statistics) =>
                {
                    for (var i = 0; i < count; i++)
                    {
                        var target = tokens.Span[start + first + i + 1];
                        result[start + first + i] = values[(long)i * model.Config.Vocabulary + target] - statistics[i].LogSumExp;
                    }
                });
            });
        }

        return result;
    }

    private static void CheckNotEmpty(ReadOnlyMemory<int> tokens)
    {
        if (tokens.IsEmpty) throw new FathomException("there are no tokens to run: the text is empty and the tokenizer adds no special tokens");
    }
}
