using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class TraceTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void StatesComeAsSafetensorsThatAnyReaderReads()
    {
        var json = FathomProcess.Run("trace", bench.Model, "--data", bench.Near, "--limit", "9", "--max-new-tokens", "4", "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.Equal("trace", (string)json["command"]!);
        Assert.Equal(9, (int)json["samples"]!);
        var shards = Directory.GetFiles(_folder["run"], "*.safetensors", SearchOption.AllDirectories);
        Assert.NotEmpty(shards);
        foreach (var shard in shards)
        {
            var bytes = File.ReadAllBytes(shard);
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
            Assert.Contains(header, pair => pair.Value!["shape"] is JsonArray shape && (int)shape[^1]! == TinyModel.Width && (int)shape[^2]! == TinyModel.Layers + 1);
        }
    }

    [Fact]
    public void DropoutPassesComeWithTheTrace()
    {
        string[] command = ["trace", bench.Model, "--data", bench.Near, "--limit", "5", "--max-new-tokens", "4", "--quiet"];
        FathomProcess.Run([.. command, "--out", _folder["with"], "--dropout-passes", "3"]).Succeeded();
        FathomProcess.Run([.. command, "--out", _folder["without"]]).Succeeded();
        var (with, without) = (Bench.Lines(_folder["with/samples.jsonl"]), Bench.Lines(_folder["without/samples.jsonl"]));
        foreach (var (line, plain) in with.Zip(without))
        {
            var passes = line["dropout_log_probabilities"]!.AsArray();
            Assert.Equal(3, passes.Select(pass => (double)pass!).Distinct().Count());
            line.Remove("dropout_log_probabilities");
            Assert.Equal(plain.ToJsonString(), line.ToJsonString());
        }
    }

    [Fact]
    public void AgainIsDoneAtOnceAndEqual()
    {
        string[] command = ["trace", bench.Model, "--data", bench.Far, "--max-new-tokens", "4", "--out", _folder["run"], "--json"];
        FathomProcess.Run(command).Succeeded();
        var before = Directory.GetFiles(_folder["run"], "*.safetensors", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
        FathomProcess.Run(command).Succeeded();
        Assert.All(before, pair => Assert.Equal(pair.Value, File.ReadAllBytes(pair.Key)));
    }

    [Fact]
    public void ProgressGoesToStandardErrorAndQuietSilencesIt()
    {
        string[] command = ["trace", bench.Model, "--data", bench.Far, "--max-new-tokens", "2", "--json"];
        Assert.NotEmpty(FathomProcess.Run([.. command, "--out", _folder["a"]]).Succeeded().Error);
        Assert.Empty(FathomProcess.Run([.. command, "--out", _folder["b"], "--quiet"]).Succeeded().Error);
    }

    public void Dispose() => _folder.Dispose();
}
