using System.Text.Json.Nodes;
using Fathom.Models;
using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class TrainabilityTests
{
    private static readonly CausalLanguageModelling Objective = new();

    [Theory]
    [InlineData("gpt2", "c_attn")]
    [InlineData("gemma2", "o_proj")]
    [InlineData("opt-350m", "out_proj")]
    [InlineData("falcon-rw", "query_key_value")]
    [InlineData("qwen3", "gate_proj")]
    public void AnAdapterLearnsAndItsMergedModelIsWhatInferenceReads(string name, string module)
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(name), device);
        model.AddAdapter("a", new LoraOptions { TargetModules = [module], Rank = 2, Alpha = 8 }, 3);
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Trainable.Values])]);
        var losses = new List<double>();
        for (var step = 0; step < 4; step++)
        {
            losses.Add(Accumulation.Run(model, Objective, [golden.Batch()]));
            optimiser.Step(1e-2);
        }

        Assert.True(losses[^1] < losses[0] - 0.01, $"{losses[0]} to {losses[^1]}");
        var folder = Directory.CreateTempSubdirectory("fathom-family-");
        try
        {
            model.SaveWeights(folder.FullName, WeightPrecision.Fp32, CompanionFiles.Read(Golden.Folder(name)));
            using var saved = LanguageModel.Load(folder.FullName, new LoadOptions { Threads = 1, Tokenizer = false });
            var (sum, count) = (0.0, 0);
            foreach (var sequence in golden.Sequences())
            {
                var likelihoods = saved.GetLogProbabilities(sequence);
                (sum, count) = (sum - likelihoods.Sum(), count + likelihoods.Length);
            }

            using var tape = new Tape(device, training: false);
            var batch = golden.Batch();
            Assert.Equal(Objective.Loss(tape, model, batch, Objective.Count(batch)).Values[0], sum / count, 2e-5);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
