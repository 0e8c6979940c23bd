using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

public sealed class SameBitsTests
{
    private static readonly Pooling[] EveryPooling = Enum.GetValues<Pooling>();

    [Theory]
    [InlineData("llama-head-dim")]
    [InlineData("llama-dynamic-rope")]
    [InlineData("mistral-sliding")]
    [InlineData("gpt2")]
    [InlineData("gemma2")]
    [InlineData("opt-350m")]
    [InlineData("falcon-rw")]
    public void A_whole_pass_equals_chunks_and_token_by_token(string folder) => CompareChunks(folder);

    [SharedTheory("golden/hf")]
    [InlineData("mixtral")]
    [InlineData("qwen3_moe")]
    [InlineData("phi3-longrope")]
    [InlineData("gemma3-text")]
    [InlineData("stablelm-parallel")]
    [InlineData("cohere")]
    public void A_whole_pass_of_a_model_of_the_shared_folder_equals_chunks(string folder) => CompareChunks(folder);

    private static void CompareChunks(string folder)
    {
        using var model = TinyModels.Load(folder);
        var tokens = Prompts.Ids(model, 0, 40);
        var whole = model.GetHiddenStates(tokens, LogitPositions.All);
        foreach (var chunk in new[] { 1, 7, 16, 39 })
        {
            var pieces = model.GetHiddenStates(tokens, LogitPositions.All, chunk);
            Assert.Equal(whole.Logits, pieces.Logits);
            Assert.Equal(whole.LastResidual, pieces.LastResidual);
            for (var entry = 0; entry < whole.Entries.Length; entry++) Assert.Equal(whole.Entries[entry], pieces.Entries[entry]);
        }

        Assert.Equal(whole.Logits[^model.Config.Vocabulary..], model.GetHiddenStates(tokens, LogitPositions.Last).Logits);
        Assert.Equal(model.GetLogProbabilities(tokens), model.GetLogProbabilities(tokens, 3));
    }

    [Theory]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-dynamic-rope")]
    [InlineData("mistral-sliding")]
    [InlineData("gemma2")]
    [InlineData("falcon-rw")]
    public void A_trace_does_not_depend_on_batch_threads_or_pass_size(string folder) => CompareBatches(folder);

    [SharedTheory("golden/hf")]
    [InlineData("mixtral")]
    public void A_trace_of_a_model_of_the_shared_folder_does_not_depend_on_batch_threads_or_pass_size(string folder) => CompareBatches(folder);

    private static void CompareBatches(string folder)
    {
        using var one = Device.Cpu(new CpuOptions { Threads = 1 });
        using var two = Device.Cpu(new CpuOptions { Threads = 2 });
        using var model = TinyModels.Load(folder, device: one);
        using var other = TinyModels.Load(folder, device: two);
        var inputs = Enumerable.Range(0, 20).Select(i => new TraceInput { Index = i, Text = "", PromptTokens = Prompts.Ids(model, i, 1 + i * 7 % 30) }).ToArray();
        var alone = inputs.Select(input => Trace(model, [input], new BatchOptions())[0]).ToArray();
        foreach (var (which, batch) in new[]
        {
            (model, new BatchOptions { BatchSize = 8 }), (other, new BatchOptions { BatchSize = 64 }), (other, new BatchOptions { BatchSize = 5, MaxTokensPerPass = 9 }),
            (model, new BatchOptions { MaxCacheBytes = 1 }),
        })
        {
            var together = Trace(which, inputs, batch);
            Assert.Equal(inputs.Length, together.Length);
            for (var i = 0; i < inputs.Length; i++) AssertSame(alone[i], together[i]);
        }
    }

    [Theory]
    [InlineData("llama", 3)]
    [InlineData("llama-gqa-tied", 7)]
    [InlineData("llama", 16)]
    public void A_way_of_pooling_does_not_depend_on_the_others_asked_for(string folder, int newTokens)
    {
        using var model = TinyModels.Load(folder);
        var input = new TraceInput { Index = 0, Text = "", PromptTokens = Prompts.Ids(model, 0, 9) };
        Pooling[] ways = [Pooling.OutputPredictive, Pooling.OutputTokens, Pooling.PromptMean, Pooling.PromptLast];
        Trace Run(params Pooling[] poolings) =>
            new Tracer(model, new TracerOptions { Poolings = poolings, MaxNewTokens = newTokens, MaxPool = 16, StopAtEndTokens = false }).Run([input]).Single();
        var together = Run(ways);
        foreach (var way in ways) Assert.Equal(Run(way).States[way].Values, together.States[way].Values);
    }

    [Fact]
    public void Sampling_draws_the_same_whatever_runs_beside()
    {
        using var model = TinyModels.Load("llama");
        var prompts = Enumerable.Range(0, 9).Select(i => Prompts.Ids(model, i, 3 + i)).ToArray();
        var options = new GenerationOptions { MaxNewTokens = 12, Temperature = 1.3, TopP = 0.9, MinP = 0.02, Seed = 7, StopAtEndTokens = false };
        var all = model.Generate(prompts, options);
        var few = model.Generate(prompts[..4], options, batch: new BatchOptions { BatchSize = 2 });
        for (var i = 0; i < few.Count; i++) Assert.Equal(all[i].Tokens, few[i].Tokens);
        var again = model.Generate(prompts, options with { Seed = 8 });
        Assert.NotEqual(all.SelectMany(result => result.Tokens), again.SelectMany(result => result.Tokens));
    }

    private static Trace[] Trace(LanguageModel model, TraceInput[] inputs, BatchOptions batch) =>
        [.. new Tracer(model, new TracerOptions { Poolings = EveryPooling, MaxNewTokens = 9, MaxPool = 9, StopAtEndTokens = false, Batch = batch }).Run(inputs)];

    private static void AssertSame(Trace expected, Trace actual)
    {
        Assert.Equal(expected.Index, actual.Index);
        Assert.Equal(expected.OutputTokens, actual.OutputTokens);
        Assert.Equal(expected.LogProbabilities, actual.LogProbabilities);
        Assert.Equal(expected.Entropies, actual.Entropies);
        Assert.Equal(expected.MaxProbabilities, actual.MaxProbabilities);
        foreach (var pooling in EveryPooling) Assert.Equal(expected.States[pooling].Values, actual.States[pooling].Values);
    }
}
