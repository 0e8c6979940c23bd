using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

/// <summary>A fit that several processes share.</summary>
[Collection(SharedBench.Name)]
public sealed class OodShardTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void PartsOfSeveralProcessesMergeIntoTheFileOfOne()
    {
        string[] options = ["--detectors", "tv,msp,input_embedding_ledoit_wolf,cosine", "--limit", "21", "--max-new-tokens", "4"];
        FathomProcess.Run(["ood", "fit", bench.Model, "--data", bench.Near, "--out", _folder["whole.fathom"], .. options]).Succeeded();
        string[] parts = [.. Enumerable.Range(1, 3).Select(i => _folder[$"part{i}"])];
        for (var i = 0; i < parts.Length; i++)
        {
            var made = FathomProcess.Run(["ood", "fit", bench.Model, "--data", bench.Near, "--out", parts[i], "--shard", $"{i + 1}/3", "--json", .. options]).Succeeded().Json;
            Assert.Equal(7, (int)made["samples"]!);
        }

        string[] merge = ["ood", "fit", bench.Model, "--data", bench.Near, "--out", _folder["merged.fathom"]];
        FathomProcess.Run([.. merge, .. options, "--merge", parts[2], parts[0], parts[1]]).Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole.fathom"]), File.ReadAllBytes(_folder["merged.fathom"]));

        FathomProcess.Run([.. merge, .. options, "--merge", parts[0], parts[1]]).FailedWith(1, "14 samples", "every part once");
        FathomProcess.Run([.. merge, .. options, "--merge", parts[0], parts[0], parts[1]]).FailedWith(1, "part");
        FathomProcess.Run([.. merge, .. options[2..], "--merge", .. parts]).FailedWith(1, "detectors");
        FathomProcess.Run([.. merge, .. options, "--merge", _folder["whole.fathom"]]).FailedWith(1, "whole.fathom", "--shard");
        FathomProcess.Run([.. merge, .. options, "--shard", "4/3"]).FailedWith(2, "--shard");
        FathomProcess.Run([.. merge, .. options, "--shard", "1/3", "--merge", parts[0]]).FailedWith(2, "--merge");
    }

    public void Dispose() => _folder.Dispose();
}
