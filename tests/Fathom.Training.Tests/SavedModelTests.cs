using Fathom.Models;
using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Models.Verification;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>What is saved with an adapter, an untied head or classes is what other programs open.</summary>
public sealed class SavedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-saving-").FullName;
    private readonly AutogradDevice _device = new(1);

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("llama-gqa-tied-lora", true)]
    [InlineData("llama-gqa-tied-rslora", false)]
    public void AMergedModelGivesTheReferencesNumbers(string name, bool tied)
    {
        var source = Golden.Folder("llama-gqa-tied");
        var adapter = SharedFolder.Golden(Path.Combine("training", name));
        using (var model = TrainableModel.Load(source, _device))
        {
            model.LoadAdapter("a", adapter);
            var before = model.Parameters.Values.SelectMany(parameter => parameter.Values.ToArray()).ToArray();
            model.SaveWeights(_folder, WeightPrecision.Fp32, CompanionFiles.Read(source));
            Assert.Equal(before, model.Parameters.Values.SelectMany(parameter => parameter.Values.ToArray()));
        }

        using var merged = LanguageModel.Load(_folder, new LoadOptions { Threads = 1 });
        Assert.Equal(tied, merged.Config.TiedHead);
        Assert.True(new ReferenceVerifier(merged).Verify(adapter + ".safetensors").Passed);
        using var direct = LanguageModel.Load(source, new LoadOptions { Threads = 1, Adapter = adapter });
        int[] ids = [5, 17, 40, 3, 99, 62, 8];
        Assert.Equal(direct.GetHiddenStates(ids, LogitPositions.All).Logits, merged.GetHiddenStates(ids, LogitPositions.All).Logits);
    }

    [Fact]
    public void AnEmbeddingOfItsOwnUntiesTheHead()
    {
        int[][] sequences = [[5, 6, 7, 8]];
        double Loss(TrainableModel model) => Accumulation.Run(model, new CausalLanguageModelling(), [TokenBatch.Of(sequences)]);
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), _device);
        var adapter = model.AddAdapter("a", new LoraOptions { TargetModules = ["q_proj"], ModulesToSave = ["embed_tokens"] });
        adapter.Saved["model.embed_tokens.weight"].Values[7 * 32] += 1;
        var loss = Loss(model);
        model.SaveWeights(_folder, WeightPrecision.Fp32, CompanionFiles.Read(Golden.Folder("llama-gqa-tied")));
        using var again = TrainableModel.Load(_folder, _device);
        Assert.False(again.Config.TiedHead);
        Assert.Equal(loss, Loss(again), 1e-6);
    }

    [Fact]
    public void AClassifiersAdapterServesTheLanguageModelItWasMadeFrom()
    {
        using var model = TrainableModel.Load(Golden.Folder("llama"), _device);
        model.BecomeClassifier(["near", "far"], seed: 3);
        var adapter = model.AddAdapter("a", new LoraOptions { TargetModules = ["v_proj"] }, seed: 1);
        foreach (var layer in adapter.Layers.Values) layer.B.Values.Fill(0.1f);
        adapter.Save(_folder);
        using var loaded = LanguageModel.Load(Golden.Folder("llama"), new LoadOptions { Threads = 1, Adapter = _folder });
        Assert.Contains("class head", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
        int[] ids = [5, 17, 40];
        using var tape = new Tape(_device, training: false);
        var expected = model.Forward(tape, TokenBatch.Of([ids])).Values.ToArray();
        var states = loaded.GetHiddenStates(ids).Entries[^1];
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], states[i], 2e-5f * expected.Max(Math.Abs));
        Directory.CreateDirectory(Path.Combine(_folder, "whole"));
        model.SaveWeights(Path.Combine(_folder, "whole"), WeightPrecision.Fp32);
        using var whole = LanguageModel.Load(Path.Combine(_folder, "whole"), new LoadOptions { Threads = 1 });
        Assert.Contains("predicts no tokens", Assert.Throws<FathomException>(() => whole.Generate([ids])).Message, StringComparison.Ordinal);
        Assert.Contains("predicts no tokens", Assert.Throws<FathomException>(() => whole.GetLogProbabilities(ids)).Message, StringComparison.Ordinal);
        Assert.Contains("generates nothing", Assert.Throws<FathomException>(() => new Tracer(whole)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClassPooling.Last, false)]
    [InlineData(ClassPooling.Last, true)]
    [InlineData(ClassPooling.Mean, true)]
    public void ASavedClassifierIsTracedWithItsHead(ClassPooling pooling, bool endToken)
    {
        var source = Golden.Folder("llama");
        using var model = TrainableModel.Load(source, _device);
        model.BecomeClassifier(["near", "far", "out"], seed: 3, pooling, endToken);
        model.SaveWeights(_folder, WeightPrecision.Fp32, CompanionFiles.Read(source));
        using var loaded = LanguageModel.Load(_folder, new LoadOptions { Threads = 1 });
        Assert.Equal((pooling, endToken), (loaded.Config.ClassPooling, loaded.Config.ClassEndToken));
        int[][] texts = [[5, 17, 40], [9], [3, 4, 5, 6, 7, 8, 9, 10]];
        int[][] read = [.. texts.Select(ids => endToken ? [.. ids, loaded.EndTokens[0]] : ids)];
        var traces = new Tracer(loaded, new TracerOptions { Poolings = [Pooling.PromptLast] }).Run(texts.Select((ids, i) => new TraceInput { Index = i, Text = "", PromptTokens = ids })).ToList();
        using var tape = new Tape(_device, training: false);
        var logits = SequenceClassification.Logits(tape, model, TokenBatch.Of(read)).Values.ToArray();
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(read[i], traces[i].PromptTokens);
            Assert.Empty(traces[i].OutputTokens);
            Assert.Equal(Pooling.PromptLast, Assert.Single(traces[i].States).Key);
            for (var c = 0; c < 3; c++) Assert.Equal(logits[3 * i + c], traces[i].ClassLogits![c], 2e-6f);
            Assert.Equal(Math.Log(traces[i].ClassLogits!.Sum(logit => Math.Exp(logit))), traces[i].PromptLogSumExp!.Value, 1e-6);
        }

        var one = new Tracer(loaded, new TracerOptions { Poolings = [], ClassTokens = [2] }).Run([new TraceInput { Index = 0, Text = "", PromptTokens = texts[2] }]).Single();
        Assert.Equal([traces[2].ClassLogits![2]], one.ClassLogits!);
        Assert.Contains("class 3", Assert.Throws<FathomException>(() => new Tracer(loaded, new TracerOptions { Poolings = [], ClassTokens = [3] })).Message, StringComparison.Ordinal);

        // Written by another trainer, a configuration loses what this one does not say.
        File.Delete(Path.Combine(_folder, "model.safetensors"));
        using var plain = TrainableModel.Load(source, _device);
        plain.BecomeClassifier(["near", "far"]);
        plain.SaveWeights(_folder, WeightPrecision.Fp32, CompanionFiles.Read(_folder));
        using var again = TrainableModel.Load(_folder, _device);
        Assert.Equal((ClassPooling.Last, false), (again.Config.ClassPooling, again.Config.ClassEndToken));
    }

    [Theory]
    [InlineData(WeightPrecision.Fp32)]
    [InlineData(WeightPrecision.Bf16)]
    public void AClassifierIsReadBack(WeightPrecision precision)
    {
        var source = Golden.Folder("llama");
        using var model = TrainableModel.Load(source, _device);
        model.BecomeClassifier(["near", "far"], seed: 3);
        model.SaveWeights(_folder, precision, CompanionFiles.Read(source));
        using var again = TrainableModel.Load(_folder, _device);
        Assert.Equal(["near", "far"], again.Config.Labels);
        Assert.Equal(model.Parameters.Keys, again.Parameters.Keys);
        for (var i = 0; i < 64; i++) Assert.Equal(model.Classifier.Values[i], again.Classifier.Values[i], precision == WeightPrecision.Fp32 ? 0 : 1e-3f);
        Assert.Contains("LlamaForSequenceClassification", File.ReadAllText(Path.Combine(_folder, "config.json")), StringComparison.Ordinal);
    }
}
