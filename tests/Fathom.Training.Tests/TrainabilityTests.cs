using System.Text.Json.Nodes;
using Fathom.Models;
using Fathom.Models.Adapters;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class TrainabilityTests
{
    private static readonly CausalLanguageModelling Objective = new();

    [Theory]
    [MemberData(nameof(ReferenceTests.Models), MemberType = typeof(ReferenceTests))]
    public void AFamilyTakesAdaptersTracesAndGeneratesWithThem(string name) => Adapt(name);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(ReferenceTests.SharedModels), MemberType = typeof(ReferenceTests))]
    public void AFamilyOfTheSharedFolderTakesAdaptersTracesAndGeneratesWithThem(string name) => Adapt(name);

    // Every linear layer of every family, experts and fused ones among them: taught, saved as PEFT does, merged at loading, and saved merged.
    private static void Adapt(string name)
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(name), device);
        var adapter = model.AddAdapter("a", new LoraOptions { TargetPattern = LoraOptions.AllLinear, Rank = 2, Alpha = 8 }, 3);
        Assert.True(adapter.Layers.Count >= 4 * model.Config.Layers, $"{adapter.Layers.Count} layers of {model.Config.Layers} blocks");
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Trainable.Values])]);
        var losses = new List<double>();
        for (var step = 0; step < 4; step++)
        {
            losses.Add(Accumulation.Run(model, Objective, [Batch(golden)]));
            optimiser.Step(1e-2);
        }

        Assert.True(losses[^1] < losses[0] - 0.01, $"{losses[0]} to {losses[^1]}");
        using var tape = new Tape(device, training: false);
        var expected = Objective.Loss(tape, model, Batch(golden), Objective.Count(Batch(golden))).Values[0];
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["adapter"]);
        Directory.CreateDirectory(folder["merged"]);
        adapter.Save(folder["adapter"]);
        model.SaveWeights(folder["merged"], WeightPrecision.Fp32, CompanionFiles.Read(Golden.Folder(name)));
        using var adapted = LanguageModel.Load(Golden.Folder(name), new LoadOptions { Threads = 1, Tokenizer = false, Adapter = folder["adapter"] });
        using var merged = LanguageModel.Load(folder["merged"], new LoadOptions { Threads = 1, Tokenizer = false });
        Assert.Equal(expected, Loss(adapted, golden), 2e-5);
        Assert.Equal(expected, Loss(merged, golden), 2e-5);

        var sequences = golden.Sequences();
        var generated = adapted.Generate(sequences, new GenerationOptions { MaxNewTokens = 4, StopAtEndTokens = false });
        var tracer = new Tracer(adapted, new TracerOptions { MaxNewTokens = 4, StopAtEndTokens = false, Poolings = [Pooling.PromptMean, Pooling.OutputTokens] });
        var traces = tracer.Run(sequences.Select((tokens, index) => new TraceInput { Index = index, Text = "", PromptTokens = tokens })).ToList();
        Assert.Equal(generated.Select(one => one.Tokens), traces.Select(trace => trace.OutputTokens));
        Assert.All(traces, trace => Assert.Equal(adapted.Config.Entries, trace.States[Pooling.PromptMean].Entries));
    }

    // Dynamic rope's angles follow a sequence's own length here, as they do in use.
    private static TokenBatch Batch(Golden golden) => TokenBatch.Of(golden.Sequences());

    private static double Loss(LanguageModel model, Golden golden)
    {
        var likelihoods = golden.Sequences().SelectMany(sequence => model.GetLogProbabilities(sequence)).ToArray();
        return -likelihoods.Average();
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gemma2")]
    [InlineData("opt-350m")]
    [InlineData("qwen2")]
    public void AFreshModelOfAnyFamilyLearns(string name)
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden(name);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(Golden.Folder(name), "config.json")))!;
        using var model = TrainableModel.FromConfig(System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()), device, 5);
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Parameters.Values])]);
        var first = Accumulation.Run(model, Objective, [golden.Batch()]);
        Assert.InRange(first, Math.Log(model.Config.Vocabulary) - 0.3, Math.Log(model.Config.Vocabulary) + 0.3);
        for (var step = 0; step < 5; step++)
        {
            optimiser.Step(1e-2);
            Assert.True(Accumulation.Run(model, Objective, [golden.Batch()]) < first);
        }
    }
}
