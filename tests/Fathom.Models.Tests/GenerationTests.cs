using Fathom.Models.Generation;

namespace Fathom.Models.Tests;

public sealed class GenerationTests
{
    [Fact]
    public void Greedy_tokens_are_the_best_at_every_step_with_their_numbers()
    {
        using var model = TinyModels.Load("llama-gqa-tied");
        var prompt = Prompts.Ids(model, 1, 6);
        var result = model.Generate([prompt], new GenerationOptions { MaxNewTokens = 5, StopAtEndTokens = false })[0];
        for (var step = 0; step < 5; step++)
        {
            var logits = model.GetHiddenStates(prompt.Concat(result.Tokens[..step]).ToArray(), LogitPositions.Last).Logits;
            var best = Array.IndexOf(logits, logits.Max());
            var total = logits.Sum(logit => Math.Exp(logit - logits[best]));
            Assert.Equal(best, result.Tokens[step]);
            Assert.Equal(-Math.Log(total), result.LogProbabilities[step], 1e-6);
            Assert.Equal(1 / total, result.MaxProbabilities[step], 1e-6);
            Assert.Equal(-logits.Sum(logit => Math.Exp(logit - logits[best]) / total * (logit - logits[best] - Math.Log(total))), result.Entropies[step], 1e-5);
        }

        Assert.Equal(FinishReason.Length, result.Finish);
    }

    [Fact]
    public void Generation_ends_at_any_of_the_end_tokens_which_counts()
    {
        using var model = TinyModels.Load("llama3-rope");
        Assert.Equal([2, 3], model.EndTokens);
        var free = model.Generate([Prompts.Ids(model, 2, 5)], new GenerationOptions { MaxNewTokens = 8, StopAtEndTokens = false })[0];
        var stopped = model.Generate([free.PromptTokens], new GenerationOptions { MaxNewTokens = 8, EndTokens = [free.Tokens[3], 999] })[0];
        var first = Array.IndexOf(free.Tokens, free.Tokens[3]);
        Assert.Equal(free.Tokens[..(first + 1)], stopped.Tokens);
        Assert.Equal(FinishReason.EndToken, stopped.Finish);
    }

    [Fact]
    public void More_than_the_context_is_refused_with_both_numbers()
    {
        using var model = TinyModels.Load("llama");
        var failure = Assert.Throws<FathomException>(() => model.Generate([Prompts.Ids(model, 0, 60)], new GenerationOptions { MaxNewTokens = 5 }));
        Assert.Contains("65", failure.Message, StringComparison.Ordinal);
        Assert.Contains("64", failure.Message, StringComparison.Ordinal);
        Assert.Contains("65", Assert.Throws<FathomException>(() => model.GetHiddenStates(Prompts.Ids(model, 0, 65))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_calls_are_refused_in_one_line()
    {
        using var model = TinyModels.Load("llama");
        int[][] good = [[5, 6]];
        Action[] calls =
        [
            () => model.Generate([[]]), () => model.Generate([[101]]), () => model.Generate([[-1]]),
            () => model.Generate(good, new GenerationOptions { MaxNewTokens = 0 }), () => model.Generate(good, new GenerationOptions { Temperature = double.NaN }),
            () => model.Generate(good, new GenerationOptions { TopP = 0 }), () => model.Generate(good, new GenerationOptions { MinP = 2 }),
            () => model.Generate(good, new GenerationOptions { StopStrings = ["x"], MaxNewTokens = 3 }), () => model.Generate("text"),
        ];
        foreach (var call in calls) Assert.DoesNotContain('\n', Assert.Throws<FathomException>(call).Message);
        Assert.Equal(2, model.Generate(good, new GenerationOptions { MaxNewTokens = 2, StopAtEndTokens = false })[0].Tokens.Length);
    }

    [Fact]
    public void Cancelling_stops_between_passes_and_gives_memory_back()
    {
        using var model = TinyModels.Load("llama");
        using var source = new CancellationTokenSource();
        var tokens = 0;
        Assert.Throws<OperationCanceledException>(() => model.Generate(
            [[5, 6], [7, 8]],
            new GenerationOptions { MaxNewTokens = 30, StopAtEndTokens = false },
            _ =>
            {
                if (++tokens == 6) source.Cancel();
            },
            cancellation: source.Token));
        Assert.Equal(6, tokens);
    }

    [Fact]
    public void Tokens_stream_as_they_come()
    {
        using var model = TinyModels.Load("llama");
        var seen = new List<GeneratedToken>();
        var results = model.Generate([[5, 6], [7, 8, 9]], new GenerationOptions { MaxNewTokens = 4, StopAtEndTokens = false }, seen.Add);
        foreach (var result in results)
        {
            Assert.Equal(result.Tokens, seen.Where(token => token.Index == result.Index).Select(token => token.Id));
            Assert.Equal([null, null, null, FinishReason.Length], seen.Where(token => token.Index == result.Index).Select(token => token.Finish));
        }
    }

    [SharedFact(SmolLm2.Folder)]
    public void Stop_strings_end_the_text_and_are_not_in_it()
    {
        using var model = LanguageModel.Load(SharedFolder.Path(SmolLm2.Folder));
        var streamed = "";
        var free = model.Generate("The capital of France is", new GenerationOptions { MaxNewTokens = 12 });
        var stop = free.Text.Substring(4, 3);
        var result = model.Generate("The capital of France is", new GenerationOptions { MaxNewTokens = 12, StopStrings = [stop] }, token => streamed += token.Text);
        Assert.Equal(free.Text[..free.Text.IndexOf(stop, StringComparison.Ordinal)], result.Text);
        Assert.Equal(result.Text, streamed);
        Assert.Equal(FinishReason.StopString, result.Finish);
    }
}
