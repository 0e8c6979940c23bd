using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class ModelTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void InspectSaysWhatAModelIs()
    {
        var json = FathomProcess.Run("model", "inspect", bench.Model, "--json").Succeeded().Json;
        Assert.Equal("model inspect", (string)json["command"]!);
        Assert.Equal("llama", (string)json["family"]!);
        Assert.Equal(TinyModel.Layers, (int)json["layers"]!);
        Assert.Equal(TinyModel.Width, (int)json["width"]!);
        Assert.Equal(TinyModel.Context, (int)json["context_tokens"]!);
        var expected = (2 * 275 * TinyModel.Width) + TinyModel.Width
            + (TinyModel.Layers * ((2 * TinyModel.Width) + (2 * 32 * 32) + (2 * 16 * 32) + (3 * 48 * 32)));
        Assert.Equal(expected, (long)json["parameters"]!);
        Assert.True((bool)json["supported"]!);
    }

    [Fact]
    public void InspectJudgesTheFiles()
    {
        foreach (var file in Directory.GetFiles(bench.Model)) _folder.Write(Path.Combine("judged", Path.GetFileName(file)), File.ReadAllBytes(file));
        _folder.Write("judged/README.md", "---\nlanguage: en\nlicense: apache-2.0\n---\n# Card\n");
        Assert.True((bool)FathomProcess.Run("model", "inspect", _folder["judged"], "--json").Succeeded().Json["safe"]!);
        _folder.Write("judged/extra.bin", File.ReadAllBytes(SharedFolder.Golden("pytorch/evil.bin")));
        var json = FathomProcess.Run("model", "inspect", _folder["judged"], "--json").Succeeded().Json;
        Assert.False((bool)json["safe"]!);
        Assert.Equal("apache-2.0", (string)json["license"]!);
        var verdict = Assert.Single(json["safety"]!.AsArray(), entry => (string)entry!["file"]! == "extra.bin")!;
        Assert.Equal(("code", "asks for 'posix.system'"), ((string)verdict["danger"]!, (string)verdict["findings"]![0]!));

        // The verdict comes even where the model itself cannot be used.
        File.Delete(_folder["judged/model.safetensors"]);
        File.Move(_folder["judged/extra.bin"], _folder["judged/pytorch_model.bin"]);
        var refused = FathomProcess.Run("model", "inspect", _folder["judged"], "--json");
        refused.FailedWith(1, "posix.system", "nothing was run");
        Assert.False((bool)refused.Json["supported"]!);
        Assert.False((bool)refused.Json["safe"]!);
    }

    [Fact]
    public void AModelIsConvertedAndGivesTheSameText()
    {
        var gguf = _folder["tiny.gguf"];
        var converted = FathomProcess.Run("model", "convert", bench.Model, "--out", gguf, "--json").Succeeded().Json;
        Assert.Equal("gguf", (string)converted["format"]!);
        var expected = FathomProcess.Run("generate", bench.Model, "--prompt", "How many", "--max-new-tokens", "8", "--json").Succeeded().Json;
        var written = FathomProcess.Run("generate", gguf, "--prompt", "How many", "--max-new-tokens", "8", "--json").Succeeded().Json;
        Assert.Equal(expected["outputs"]!.ToJsonString(), written["outputs"]!.ToJsonString());
        FathomProcess.Run("model", "convert", bench.Model, "--out", gguf).FailedWith(1, "is there already");
        FathomProcess.Run("model", "convert", bench.Model, "--out", _folder["x"], "--type", "q4_0").FailedWith(1, "cannot be written to safetensors");
        FathomProcess.Run("model", "convert", bench.Model, "--out", _folder["x"], "--shard-size", "lots").FailedWith(2, "expected a size such as 5GB");
        FathomProcess.Run("model", "convert", gguf, "--out", _folder["shards"], "--shard-size", "20kB").Succeeded();
        Assert.True(File.Exists(_folder["shards/model.safetensors.index.json"]));
        var sharded = FathomProcess.Run("generate", _folder["shards"], "--prompt", "How many", "--max-new-tokens", "8", "--json").Succeeded().Json;
        Assert.Equal(expected["outputs"]!.ToJsonString(), sharded["outputs"]!.ToJsonString());
    }

    [Fact]
    public void InspectRefusesWhatIsNoModel()
    {
        FathomProcess.Run("model", "inspect", _folder.Write("x.safetensors", "no")).FailedWith(1, "x.safetensors");
        FathomProcess.Run("model", "inspect", _folder.Write("x.bin", "no")).FailedWith(1, "is a weights file");
        Directory.CreateDirectory(_folder["nothing"]);
        var nothing = FathomProcess.Run("model", "inspect", _folder["nothing"]);
        nothing.FailedWith(1, "is not a model");
        Assert.Contains("no file of a kind that is examined", nothing.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectTellsWhatItCanOfAModelThatIsNotSupported()
    {
        _folder.Write("strange/model.safetensors", File.ReadAllBytes(Path.Combine(SharedFolder.Golden("hf/llama"), "model.safetensors")));
        _folder.Write("strange/config.json", """{"model_type":"mamba\u001b[2J","max_position_embeddings":77}""");
        var refused = FathomProcess.Run("model", "inspect", _folder["strange"], "--json");
        refused.FailedWith(1, "is not a known architecture");
        var json = refused.Json;
        Assert.Equal((false, true), ((bool)json["supported"]!, (bool)json["safe"]!));
        Assert.Equal(("mamba[2J", 77), ((string)json["model_type"]!, (int)json["context_tokens"]!));
        Assert.Equal((long)json["parameters"]! * 4, (long)json["memory"]!["as_stored_bytes"]!);
        Assert.Contains("is not a known architecture", (string)json["reason"]!, StringComparison.Ordinal);
        Assert.Equal("f32", (string)Assert.Single(json["types"]!.AsArray())!["type"]!);
    }

    [Fact]
    public void InspectKnowsAdapters()
    {
        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
            _folder.Write(Path.Combine("adapter", name), File.ReadAllBytes(SharedFolder.Golden($"training/llama-gqa-tied-lora/{name}")));
        var alone = FathomProcess.Run("model", "inspect", _folder["adapter"], "--json").Succeeded().Json;
        Assert.Equal(("adapter", true), ((string)alone["kind"]!, (bool)alone["supported"]!));
        Assert.Equal((4, 2400L, null), ((int)alone["rank"]!, (long)alone["parameters"]!, alone["fits"]));
        foreach (var file in Directory.GetFiles(SharedFolder.Golden("hf/llama-gqa-tied")))
            _folder.Write(Path.Combine("llama-gqa-tied", Path.GetFileName(file)), File.ReadAllBytes(file));
        Assert.True((bool)FathomProcess.Run("model", "inspect", _folder["adapter"], "--json").Succeeded().Json["fits"]!);
    }

    [Fact]
    public void DoctorLoadsAModel()
    {
        var well = FathomProcess.Run("doctor", bench.Model, "--json").Succeeded().Json;
        Assert.Contains(well["checks"]!.AsArray(), check => (string)check!["name"]! == "model" && (string)check["state"]! == "ok");
        var ill = FathomProcess.Run("doctor", _folder["nowhere"], "--json");
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains(ill.Json["checks"]!.AsArray(), check => (string)check!["name"]! == "model" && (string)check["state"]! == "bad");
    }

    [Fact]
    public void DeterminismIsProvedAndHashed()
    {
        var first = FathomProcess.Run("verify", "determinism", bench.Model, "--json").Succeeded().Json;
        Assert.True((bool)first["passed"]!);
        Assert.Matches("^[0-9a-f]{64}$", (string)first["hash"]!);
        var narrow = FathomProcess.RunWith(new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0" }, "verify", "determinism", bench.Model, "--json").Succeeded().Json;
        Assert.Equal((string)first["hash"]!, (string)narrow["hash"]!);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("t5")]
    public void EncodersAreProvedWithNarrowerVectorsToo(string folder)
    {
        var json = FathomProcess.Run("verify", "determinism", SharedFolder.Golden($"encoders/{folder}"), "--json").Succeeded().Json;
        Assert.True((bool)json["passed"]!);
        Assert.Contains(json["checks"]!.AsArray(), check => ((string)check!["name"]!).EndsWith("batch of 64 beside other neighbours, 1 thread", StringComparison.Ordinal));
        var vectors = json["checks"]!.AsArray().Count(check => ((string)check!["name"]!).StartsWith("vectors of", StringComparison.Ordinal));
        Assert.Equal((int)json["vector_bits"]! switch { 512 => 2, 256 => 1, _ => 0 }, vectors);
    }

    [Fact]
    public void ReferenceValuesAreMetAndDamageIsSeen()
    {
        var model = SharedFolder.Golden("hf/llama");
        var golden = Path.Combine(model, "golden.safetensors");
        var json = FathomProcess.Run("verify", "reference", model, golden, "--json").Succeeded().Json;
        Assert.True((bool)json["passed"]!);
        Assert.Contains(json["tensors"]!.AsArray(), tensor => (string)tensor!["name"]! == "logits" && (bool)tensor["passed"]!);

        foreach (var file in Directory.GetFiles(model))
        {
            _folder.Write(Path.Combine("changed", Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        var weights = File.ReadAllBytes(_folder["changed/model.safetensors"]);
        weights[^6] ^= 0x40;
        _folder.Write("changed/model.safetensors", weights);
        var changed = FathomProcess.Run("verify", "reference", _folder["changed"], golden, "--json");
        Assert.Equal(1, changed.ExitCode);
        Assert.False((bool)changed.Json["passed"]!);
    }

    public static TheoryData<string> TextFolders => [.. ReferenceFolders.Text];

    [SharedTheory("golden/hf")]
    [MemberData(nameof(TextFolders))]
    public void EveryTensorOfEveryReferenceFolderIsComparedByTheTool(string folder)
    {
        var model = SharedFolder.Path($"golden/hf/{folder}");
        var json = FathomProcess.Run("verify", "reference", model, Path.Combine(model, "golden.safetensors"), "--json").Succeeded().Json;
        Assert.True((bool)json["passed"]!);
        Assert.Empty(json["not_compared"]!.AsArray());
    }

    [SharedFact("golden/hf")]
    public void PackedSequencesAreComparedApart()
    {
        var model = SharedFolder.Path("golden/hf/llama-gqa-tied");
        var json = FathomProcess.Run("verify", "reference", model, Path.Combine(model, "packing.safetensors"), "--json").Succeeded().Json;
        Assert.Equal(["last_hidden_state", "logits", "loss"], json["tensors"]!.AsArray().Select(tensor => (string)tensor!["name"]!));
        Assert.Empty(json["not_compared"]!.AsArray());
    }

    [Fact]
    public void AnAdapterNamesItsModel()
    {
        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
            _folder.Write(Path.Combine("adapter", name), File.ReadAllBytes(SharedFolder.Golden($"training/llama-gqa-tied-lora/{name}")));
        var golden = SharedFolder.Golden("training/llama-gqa-tied-lora.safetensors");
        var lost = FathomProcess.Run("verify", "reference", _folder["adapter"], golden);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("--adapter", lost.Error, StringComparison.Ordinal);
        var json = FathomProcess.Run("verify", "reference", SharedFolder.Golden("hf/llama-gqa-tied"), golden, "--adapter", _folder["adapter"], "--json").Succeeded().Json;
        Assert.Contains(json["tensors"]!.AsArray(), tensor => (string)tensor!["name"]! == "adamw_losses");
        var untrained = FathomProcess.Run("verify", "reference", SharedFolder.Golden("hf/llama-gqa-tied"), golden, "--adapter", _folder["adapter"], "--no-training", "--json").Json;
        Assert.DoesNotContain(untrained["tensors"]!.AsArray(), tensor => ((string)tensor!["name"]!).StartsWith("grad.", StringComparison.Ordinal));
    }

    [SharedFact("models/smollm2-135m-instruct", "golden/smollm2")]
    public void ARealModelStartsQuicklyAndKnowsItsShape()
    {
        var json = FathomProcess.Run("model", "inspect", SharedFolder.Path("models/smollm2-135m-instruct"), "--json").Succeeded().Json;
        Assert.Equal(30, (int)json["layers"]!);
        Assert.True((bool)json["chat_template"]!);
    }

    public void Dispose() => _folder.Dispose();
}
