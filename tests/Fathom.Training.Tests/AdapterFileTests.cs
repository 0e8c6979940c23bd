using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>PEFT's files: its numbers, its bytes, and everything that must be refused.</summary>
public sealed class AdapterFileTests : IDisposable
{
    private const string Base = "llama-gqa-tied";
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-adapter-").FullName;
    private readonly AutogradDevice _device = new(2);

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("llama-gqa-tied-lora")]
    [InlineData("llama-gqa-tied-rslora")]
    public void LossGradientsAndStepsOfTheReference(string name)
    {
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(Base), _device);
        var adapter = model.LoadAdapter("reference", Source(name));
        Assert.Empty(adapter.Warnings);
        adapter.Dropout = 0;
        var loss = Run(model, golden);
        Assert.InRange(loss, golden.Floats("loss")[0] - 2e-5, golden.Floats("loss")[0] + 2e-5);
        foreach (var (tensor, variable) in adapter.Tensors)
        {
            var reference = golden.Floats("grad.base_model.model." + tensor);
            var bound = 5e-5 * reference.Max(Math.Abs) + 1e-7;
            for (var i = 0; i < reference.Length; i++) Assert.True(Math.Abs(reference[i] - variable.Gradient[i]) <= bound, $"{tensor}[{i}]: {variable.Gradient[i]}, the reference has {reference[i]} ± {bound}");
            variable.ReleaseGradient();
        }

        Assert.All(model.Parameters.Values, parameter => Assert.False(parameter.HasGradient));
        using var optimiser = new AdamW(_device, [new ParameterGroup([.. model.Trainable.Values], WeightDecay: 0.01)]);
        foreach (var reference in golden.Floats("adamw_losses"))
        {
            Assert.InRange(Run(model, golden), reference - 5e-5, reference + 5e-5);
            optimiser.Step(1e-3);
        }
    }

    [Theory]
    [InlineData("llama-gqa-tied-lora")]
    [InlineData("llama-gqa-tied-rslora")]
    public void MergedWeightsAndLogitsOfTheReferenceAndBackToTheBit(string name)
    {
        using var golden = new Golden(name);
        using var model = TrainableModel.Load(Golden.Folder(Base), _device);
        model.LoadAdapter("reference", Source(name));
        float[] Bits() => [.. model.Parameters.Values.SelectMany(parameter => parameter.Values.ToArray())];
        var before = Bits();
        var apart = Logits(model, golden);
        model.MergeAdapters();
        Assert.Throws<InvalidOperationException>(() => Run(model, golden));
        Assert.Throws<InvalidOperationException>(() => model.Activate());
        foreach (var parameter in golden.Names.Where(tensor => tensor.StartsWith("merged.", StringComparison.Ordinal)))
        {
            var reference = golden.Floats(parameter);
            var values = model.Effective(parameter["merged.".Length..]).Values;
            for (var i = 0; i < reference.Length; i++) Assert.InRange(values[i], reference[i] - 1e-6 * reference.Max(Math.Abs), reference[i] + 1e-6 * reference.Max(Math.Abs));
        }

        var (logits, mask, expected) = (Logits(model, golden), golden.Integers("attention_mask"), golden.Floats("merged_logits"));
        float[] real = [.. expected.Chunk(112).Where((_, row) => mask[row] != 0).SelectMany(row => row)];
        Assert.Equal(real.Length, logits.Length);
        for (var i = 0; i < real.Length; i++) Assert.InRange(logits[i], real[i] - 1e-4, real[i] + 1e-4);
        model.UnmergeAdapters();
        Assert.Equal(before, Bits());
        Assert.Equal(apart, Logits(model, golden));
    }

    [Theory]
    [InlineData("llama-gqa-tied-lora")]
    [InlineData("llama-gqa-tied-rslora")]
    public void SavedAgainTheTensorsAreTheSameBytesAndTheSettingsSayTheSame(string name)
    {
        using (var model = TrainableModel.Load(Golden.Folder(Base), _device)) model.LoadAdapter("a", Source(name)).Save(_folder);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Source(name), "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "adapter_model.safetensors")));
        var (theirs, ours) = (Config(Source(name)), Config(_folder));
        foreach (var (key, value) in ours) Assert.Equal(theirs[key]?.ToJsonString(), value?.ToJsonString());
        foreach (var (key, value) in theirs.Where(pair => !ours.ContainsKey(pair.Key)))
            Assert.True(value is null || value.ToJsonString() is "false" or "{}" or "16" or "\"megatron.core\"" or "\"0.21.2\"", $"{key} is not written and says {value}");
        using var again = TrainableModel.Load(Golden.Folder(Base), _device);
        Assert.NotEmpty(again.LoadAdapter("a", _folder).Layers);
    }

    [Theory]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("layers_to_transform", "[0]")]
    [InlineData("trainable_token_indices", "[3]")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("r", "0")]
    [InlineData("lora_alpha", "\"much\"")]
    [InlineData("target_modules", "[\"q_proj\", \"query\"]")]
    [InlineData("target_modules", "\"(\"")]
    [InlineData("modules_to_save", "[\"classifier\"]")]
    [InlineData("task_type", "\"SEQ_2_SEQ_LM\"")]
    [InlineData("lora_dropout", "1.5")]
    public void WhatWouldChangeResultsIsRefusedByFileAndKey(string key, string value)
    {
        Edit("llama-gqa-tied-lora", config => config[key] = JsonNode.Parse(value));
        var error = Refused();
        Assert.Contains("adapter_config.json", error, StringComparison.Ordinal);
        Assert.Contains(key, error, StringComparison.Ordinal);
    }

    [Fact]
    public void KeysAndShapesMustFitBothWays()
    {
        Edit("llama-gqa-tied-lora", config => config["target_modules"] = new JsonArray("q_proj", "up_proj", "v_proj", "k_proj"));
        Assert.Contains("key 'base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight' is missing", Refused(), StringComparison.Ordinal);
        Edit("llama-gqa-tied-lora", config => config["target_modules"] = new JsonArray("q_proj", "up_proj"));
        Assert.Contains("v_proj.lora_A.weight' has no place", Refused(), StringComparison.Ordinal);
        Edit("llama-gqa-tied-lora", config => config["r"] = 8);
        Assert.Contains("q_proj.lora_A.weight' has shape [4, 32], expected [8, 32]", Refused(), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "adapter_model.safetensors"));
        File.WriteAllText(Path.Combine(_folder, "adapter_model.bin"), "");
        Assert.Contains("pickle", Refused(), StringComparison.Ordinal);
        Assert.Contains("adapter_config.json", Assert.Throws<FathomException>(() => TrainableModel.Load(Golden.Folder(Base), _device).LoadAdapter("a", Golden.Folder(Base))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAdapterWithoutEffectAndUnknownSettingsAreReported()
    {
        using var model = TrainableModel.Load(Golden.Folder(Base), _device);
        model.AddAdapter("fresh", new() { TargetModules = ["q_proj"] }).Save(_folder);
        Assert.Contains("no effect", Assert.Single(model.LoadAdapter("loaded", _folder).Warnings), StringComparison.Ordinal);
        Edit("llama-gqa-tied-lora", config => config["use_tomorrow"] = true);
        Assert.Contains("use_tomorrow", Assert.Single(model.LoadAdapter("newer", _folder).Warnings), StringComparison.Ordinal);
        Edit("llama-gqa-tied-lora", config => config["lora_alpha"] = 0);
        Assert.Contains("no effect", Assert.Single(model.LoadAdapter("silent", _folder).Warnings), StringComparison.Ordinal);
    }

    private static string Source(string name) => SharedFolder.Golden(Path.Combine("training", name));

    private static JsonObject Config(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();

    private static double Run(TrainableModel model, Golden golden) => Accumulation.Run(model, new CausalLanguageModelling(), [golden.Batch()]);

    private static float[] Logits(TrainableModel model, Golden golden)
    {
        using var tape = new Tape(model.Device, training: false);
        return tape.Linear(model.Forward(tape, golden.Batch()), model.Head).Values.ToArray();
    }

    private void Edit(string name, Action<JsonObject> change)
    {
        var config = Config(Source(name));
        change(config);
        File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), config.ToJsonString());
        AtomicFile.WriteAllBytes(Path.Combine(_folder, "adapter_model.safetensors"), File.ReadAllBytes(Path.Combine(Source(name), "adapter_model.safetensors")));
    }

    private string Refused()
    {
        using var model = TrainableModel.Load(Golden.Folder(Base), _device);
        var before = _device.LiveBytes;
        var message = Assert.Throws<FathomException>(() => model.LoadAdapter("a", _folder)).Message;
        Assert.Equal(before, _device.LiveBytes);
        return message;
    }
}
