using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class EmbedTests(Bench bench) : IDisposable
{
    private const int ManyTexts = 3000;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void EveryTextGetsAVectorHoweverItIsAskedFor()
    {
        var json = FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--limit", "7", "--json").Succeeded().Json;
        Assert.Equal("mean", (string)json["pooling"]!);
        Assert.False((bool)json["normalized"]!);
        Assert.Equal(7, (int)json["count"]!);
        var vectors = json["embeddings"]!.AsArray();
        Assert.Equal(7, vectors.Count);
        Assert.All(vectors, vector => Assert.Equal((int)json["dimensions"]!, vector!.AsArray().Count));

        var lines = FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--limit", "7", "--quiet").Succeeded().Out.TrimEnd('\n').Split('\n');
        Assert.Equal(vectors.Select(vector => vector!.ToJsonString()), lines.Select(line => JsonNode.Parse(line)!["embedding"]!.ToJsonString()));
        FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--limit", "7", "--out", _folder["v.jsonl"]).Succeeded();
        Assert.Equal(lines, File.ReadAllLines(_folder["v.jsonl"]));
        FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--limit", "7", "--out", _folder["v.safetensors"]).Succeeded();
        Assert.Equal(["v.jsonl", "v.safetensors"], Directory.GetFiles(Path.GetDirectoryName(_folder["v.jsonl"])!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void PoolingAndNormAreAsAsked()
    {
        var last = FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--limit", "2", "--pooling", "last", "--normalize", "true", "--json").Succeeded().Json;
        Assert.Equal("last", (string)last["pooling"]!);
        Assert.All(last["embeddings"]!.AsArray(), vector => Assert.Equal(1.0, vector!.AsArray().Sum(value => (double)value! * (double)value!), 1e-5));
        FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--pooling", "middle").FailedWith(2, "--pooling middle");
        FathomProcess.Run("embed", bench.Model, "--data", bench.Near, "--out", _folder["no/such/v.jsonl"]).FailedWith(1, "does not exist");
    }

    [Fact]
    public void KilledAnywhereTheSameCommandGivesTheSameFile()
    {
        var data = _folder.Write("many.jsonl", Bench.Questions(ManyTexts, i => string.Create(CultureInfo.InvariantCulture, $"How many apples are {i} and {i * 7}?")));
        string[] Command(string name) => ["embed", bench.Model, "--data", data, "--out", _folder[name]];
        FathomProcess.Run(Command("whole.jsonl")).Succeeded();
        var kills = 0;
        foreach (var milliseconds in new[] { 350, 550, 800 })
        {
            using var process = FathomProcess.Start(Command("broken.jsonl"));
            Thread.Sleep(milliseconds);
            kills += process.HasExited ? 0 : 1;
            process.KillHard();
        }

        Assert.True(kills > 0, "every run ended before it was killed");
        FathomProcess.Run(Command("broken.jsonl")).Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole.jsonl"]), File.ReadAllBytes(_folder["broken.jsonl"]));
        Assert.False(File.Exists(_folder["broken.jsonl.partial"]));
    }

    [Theory]
    [InlineData("bert", "pooler_output")]
    [InlineData("deberta-v3", "relative_bucket_table_256_512")]
    [InlineData("t5", "decoder_hidden_states.2")]
    public void EncodersAreVerifiedAndInspected(string name, string tensor)
    {
        var folder = SharedFolder.Golden(Path.Combine("encoders", name));
        var verified = FathomProcess.Run("verify", "reference", folder, Path.Combine(folder, "golden.safetensors"), "--json").Succeeded().Json;
        Assert.True((bool)verified["passed"]!);
        Assert.Contains(verified["tensors"]!.AsArray(), one => (string)one!["name"]! == tensor);
        Assert.Empty(verified["not_compared"]!.AsArray());
        var inspected = FathomProcess.Run("model", "inspect", folder, "--json").Succeeded().Json;
        Assert.Equal(name == "t5" ? "encoder-decoder" : "encoder", (string)inspected["kind"]!);
        if (name != "bert") return;
        FathomProcess.Run("embed", folder, "--data", bench.Near).FailedWith(1, "has no tokenizer");
        FathomProcess.Run("generate", folder, "--prompt", "a").FailedWith(1, "is an encoder");
    }

    public void Dispose() => _folder.Dispose();
}
