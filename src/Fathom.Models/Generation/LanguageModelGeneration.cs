namespace Fathom.Models.Generation;

/// <summary>Continuations of prompts.</summary>
public static class LanguageModelGeneration
{
    /// <summary>Continues prompts together; results come in the order of the prompts, and each has the bits it has alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">Ids of each prompt.</param>
    /// <param name="options">How to choose tokens; default: greedy, at most 256.</param>
    /// <param name="onToken">Called for every token as it comes, of any prompt.</param>
    /// <param name="batch">How much runs together.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="FathomException">A prompt is empty or too long, an id is not in the vocabulary, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<GenerationResult> Generate(
        this LanguageModel model,
        IReadOnlyList<int[]> prompts,
        GenerationOptions? options = null,
        Action<GeneratedToken>? onToken = null,
        BatchOptions? batch = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        options ??= new GenerationOptions();
        batch ??= new BatchOptions();
        model.EnsurePredictsTokens();
        options.Validate();
        batch.Validate();
        using var runner = new BatchRunner(model, batch);
        var results = new GenerationResult[prompts.Count];
        var jobs = prompts.Select((prompt, index) => new Job(model, index, prompt, options));
        foreach (var job in runner.Run(jobs, onToken, cancellation)) results[job.Index] = job.ToResult();
        return results;
    }

    /// <summary>Continues one text. See the other overload.</summary>
    /// <exception cref="FathomException">The text is empty or too long, the model has no tokenizer, or an option is out of range.</exception>
    public static GenerationResult Generate(
        this LanguageModel model,
        string prompt,
        GenerationOptions? options = null,
        Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default) =>
        model.Generate([model.Tokenizer.Encode(prompt)], options, onToken, null, cancellation)[0];
}
