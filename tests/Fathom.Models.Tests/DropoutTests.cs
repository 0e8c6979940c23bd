using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

public sealed class DropoutTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-dynamic-rope")]
    [InlineData("mistral-sliding")]
    public void Without_dropout_every_pass_gives_the_numbers_of_generation(string folder)
    {
        using var model = TinyModels.Load(folder);
        var trace = Trace(model, [Input(model, 1, 23)], new DropoutOptions { Passes = 5, Rate = 0 })[0];
        Assert.Equal(9, trace.LogProbabilities.Length);
        var mean = trace.LogProbabilities.Sum() / trace.LogProbabilities.Length;
        Assert.Equal(Enumerable.Repeat(mean, 5), trace.DropoutLogProbabilities!);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-gqa-tied")]
    [InlineData("mistral-sliding")]
    public void Batch_threads_passes_and_neighbours_change_no_bit(string folder)
    {
        using var one = Device.Cpu(new CpuOptions { Threads = 1 });
        using var two = Device.Cpu(new CpuOptions { Threads = 2 });
        using var narrow = Device.Cpu(new CpuOptions { VectorBits = 128, Threads = 1 });
        using var model = TinyModels.Load(folder, device: one);
        using var threaded = TinyModels.Load(folder, device: two);
        using var narrowed = TinyModels.Load(folder, device: narrow);
        var inputs = Enumerable.Range(0, 12).Select(i => Input(model, i, 1 + i * 7 % 30)).ToArray();
        var alone = inputs.Select(input => Trace(model, [input], new DropoutOptions())[0].DropoutLogProbabilities!).ToArray();
        foreach (var (which, batch) in new[]
        {
            (model, new BatchOptions { BatchSize = 8 }), (threaded, new BatchOptions { BatchSize = 64 }), (threaded, new BatchOptions { MaxTokensPerPass = 9 }),
            (narrowed, new BatchOptions()), (model, new BatchOptions { MaxCacheBytes = 1 }), (model, new BatchOptions { MaxTokensPerPass = 33 }),
        })
        {
            var together = Trace(which, inputs.Reverse(), new DropoutOptions(), batch).Reverse().ToArray();
            for (var i = 0; i < inputs.Length; i++) Assert.Equal(alone[i], together[i].DropoutLogProbabilities);
        }

        Assert.All(alone, passes => Assert.True(passes.Length == 10 && passes.All(double.IsFinite) && passes.Distinct().Count() == 10));
    }

    [Fact]
    public void Fewer_passes_are_the_first_of_more()
    {
        using var model = TinyModels.Load("llama");
        int[] prompt = Prompts.Ids(model, 1, 12), output = Prompts.Ids(model, 2, 6);
        var many = model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 30 });
        Assert.Equal(many[..4], model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 4 }));
        Assert.NotEqual(many[..4], model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 4, Seed = 1 }));
        Assert.NotEqual(many[..4], model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 4, Rate = 0.11 }));
    }

    [Fact]
    public void Little_dropout_stays_near_the_plain_value_and_more_spreads_further()
    {
        using var model = TinyModels.Load("llama");
        int[] prompt = Prompts.Ids(model, 1, 20), output = Prompts.Ids(model, 2, 8);
        double[] Passes(double rate) => model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 400, Rate = rate });
        var plain = Passes(0)[0];
        var (little, more) = (Passes(0.002), Passes(0.1));
        Assert.InRange(little.Average() - plain, -4 * Deviation(little) / 20 - 0.01, 4 * Deviation(little) / 20 + 0.01);
        Assert.True(Deviation(little) > 0);
        Assert.True(Deviation(more) > 3 * Deviation(little), $"{Deviation(more)} against {Deviation(little)}");
    }

    [Fact]
    public void Every_site_counts()
    {
        using var model = TinyModels.Load("llama");
        int[] prompt = Prompts.Ids(model, 1, 12), output = Prompts.Ids(model, 2, 6);
        double[] Passes(DropoutSites sites) => model.GetDropoutLogProbabilities(prompt, output, new DropoutOptions { Passes = 3, Rate = 0.3, Sites = sites });
        DropoutSites[] all = [DropoutSites.Embeddings, DropoutSites.Attention, DropoutSites.FeedForward, DropoutSites.Attention | DropoutSites.FeedForward, DropoutSites.All];
        Assert.Equal(all.Length, all.Select(sites => Passes(sites)[0]).Distinct().Count());
        Assert.All(all, sites => Assert.Equal(3, Passes(sites).Distinct().Count()));
        Assert.All(all, sites => Assert.Equal(sites, DropoutSiteNames.Parse(DropoutSiteNames.NameOf(sites))));
        Assert.Contains("feed_forward", Assert.Throws<FathomException>(() => DropoutSiteNames.Parse("attention,mlp")).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => DropoutSiteNames.Parse(" ,"));
        Assert.Throws<FathomException>(() => Passes(DropoutSites.None));
    }

    [Fact]
    public void The_states_and_tokens_of_a_trace_are_those_without_dropout()
    {
        using var model = TinyModels.Load("llama-gqa-tied");
        var input = Input(model, 3, 14);
        var with = Trace(model, [input], new DropoutOptions { Passes = 3 })[0];
        var without = Trace(model, [input], null)[0];
        Assert.Null(without.DropoutLogProbabilities);
        Assert.Equal(TraceRecord.Write(without), TraceRecord.Write(with with { DropoutLogProbabilities = null }));
    }

    [Fact]
    public void What_cannot_be_run_is_said()
    {
        using var model = TinyModels.Load("llama");
        int[] some = [5, 6];
        Assert.Contains("output", Assert.Throws<FathomException>(() => model.GetDropoutLogProbabilities(some, [])).Message, StringComparison.Ordinal);
        Assert.Contains("prompt", Assert.Throws<FathomException>(() => model.GetDropoutLogProbabilities([], some)).Message, StringComparison.Ordinal);
        Assert.Contains("context", Assert.Throws<FathomException>(() => model.GetDropoutLogProbabilities(some, new int[model.Config.ContextLength])).Message, StringComparison.Ordinal);
        Assert.Contains("passes", Assert.Throws<FathomException>(() => model.GetDropoutLogProbabilities(some, some, new DropoutOptions { Passes = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("rate", Assert.Throws<FathomException>(() => model.GetDropoutLogProbabilities(some, some, new DropoutOptions { Rate = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => model.GetDropoutLogProbabilities(some, some, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_store_keeps_them_in_log_and_shard_and_goes_on_after_a_kill()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModels.Load("llama");
        var traces = Trace(model, Enumerable.Range(0, 5).Select(i => Input(model, i, 3 + i)), new DropoutOptions { Passes = 3 });
        var settings = new Dictionary<string, string> { ["dropout"] = "3 passes" };
        using (var store = TraceStore.Open(folder.Sub("a"), 5, settings, 3))
        {
            store.Add(traces[0]);
            store.Add(traces[4]);
        }

        using var again = TraceStore.Open(folder.Sub("a"), 5, settings, 3);
        Assert.Equal(traces[4].DropoutLogProbabilities, again.Read().Last().DropoutLogProbabilities);
        foreach (var trace in traces[1..4]) again.Add(trace);
        Assert.Equal(traces.Select(TraceRecord.Write), again.Read().Select(TraceRecord.Write));
        using var mixed = TraceStore.Open(folder.Sub("b"), 2, settings);
        mixed.Add(traces[0] with { DropoutLogProbabilities = null });
        Assert.Contains("dropout passes", Assert.Throws<FathomException>(() => mixed.Add(traces[1])).Message, StringComparison.Ordinal);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static TraceInput Input(LanguageModel model, int index, int length) => new() { Index = index, Text = "", PromptTokens = Prompts.Ids(model, index, length) };

    private static Trace[] Trace(LanguageModel model, IEnumerable<TraceInput> inputs, DropoutOptions? dropout, BatchOptions? batch = null) =>
        [.. new Tracer(model, new TracerOptions { MaxNewTokens = 9, StopAtEndTokens = false, Dropout = dropout, Batch = batch ?? new() }).Run(inputs)];
}
