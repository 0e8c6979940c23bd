using Fathom.Models.Generation;
using Fathom.Models.Running;

namespace Fathom.Models.Tracing;

/// <summary>How likely a model finds an output when parts of it are dropped at random.</summary>
public static unsafe class LanguageModelDropout
{
    /// <summary>
    /// Reads prompt and output several times with dropout and gives for each pass the mean natural log-probability of the output's
    /// tokens (teacher forcing). The passes run side by side, so that the weights are read once for all of them, and logits are made
    /// for the output's positions only. With a rate of 0 every pass gives the numbers of generation to the bit.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Ids of the prompt, at least one.</param>
    /// <param name="output">Ids of the output, at least one.</param>
    /// <param name="options">How often and how much is dropped.</param>
    /// <param name="batch">How much runs together; changes no bit.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns><see cref="DropoutOptions.Passes"/> numbers.</returns>
    /// <exception cref="FathomException">An option is out of range, prompt or output is empty or too long, or an id is not in the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double[] GetDropoutLogProbabilities(
        this LanguageModel model,
        ReadOnlySpan<int> prompt,
        ReadOnlySpan<int> output,
        DropoutOptions? options = null,
        BatchOptions? batch = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new DropoutOptions();
        batch ??= new BatchOptions();
        model.EnsurePredictsTokens();
        options.Validate();
        batch.Validate();
        if (prompt.IsEmpty || output.IsEmpty) throw new FathomException($"dropout passes need a prompt and an output; there are {prompt.Length} and {output.Length} tokens");

        // Nothing is predicted from the last token.
        int[] tokens = [.. prompt, .. output];
        model.Runner.CheckTokens(tokens);
        if (tokens.Length > model.Config.ContextLength) throw model.Runner.TooLong(tokens.Length);
        var sums = new double[options.Passes];
        var together = (int)Math.Clamp(Math.Min(batch.MaxTokensPerPass, batch.MaxCacheBytes / TokenSequence.MostBytes(model.Config, tokens.Length)), 1, options.Passes);
        for (var first = 0; first < sums.Length; first += together)
        {
            Run(model, tokens, prompt.Length, first, sums.AsMemory(first, Math.Min(together, sums.Length - first)), options, batch, cancellation);
        }

        for (var pass = 0; pass < sums.Length; pass++) sums[pass] /= output.Length;
        return sums;
    }

    // Some passes side by side, a stretch of positions at a time.
    private static void Run(LanguageModel model, int[] tokens, int promptLength, int firstPass, Memory<double> sums, DropoutOptions options, BatchOptions batch, CancellationToken cancellation)
    {
        var runner = model.Runner;
        var sequences = new List<TokenSequence>();
        try
        {
            for (var i = 0; i < sums.Length; i++) sequences.Add(runner.StartSequence(promptLength));
            var stretch = Math.Max(1, batch.MaxTokensPerPass / sums.Length);
            for (var start = 0; start < tokens.Length - 1; start += stretch)
            {
                cancellation.ThrowIfCancellationRequested();
                var (from, rows) = (start, Math.Min(stretch, tokens.Length - 1 - start));
                var skipped = Math.Clamp(promptLength - 1 - from, 0, rows);
                var segments = sequences.Select((sequence, i) => new PassSegment(sequence, tokens.AsMemory(from, rows), (uint)(firstPass + i))).ToArray();
                runner.Run(segments, null, (states, scratch) => AddLogProbabilities(runner, states, scratch, tokens, from, rows, skipped, sums), options);
            }
        }
        finally
        {
            foreach (var sequence in sequences) sequence.Dispose();
        }
    }

    private static void AddLogProbabilities(PassRunner runner, float* states, Scratch scratch, int[] tokens, int start, int rows, int skipped, Memory<double> sums)
    {
        var wanted = rows - skipped;
        if (wanted == 0) return;
        var places = new int[sums.Length * wanted];
        for (var i = 0; i < places.Length; i++) places[i] = i / wanted * rows + skipped + i % wanted;
        runner.Logits(states, places, scratch, (first, count, logits, statistics) =>
        {
            for (var i = 0; i < count; i++)
            {
                var place = first + i;
                var target = tokens[start + skipped + place % wanted + 1];
                sums.Span[place / wanted] += logits[(long)i * runner.Config.Vocabulary + target] - statistics[i].LogSumExp;
            }
        });
    }
}
