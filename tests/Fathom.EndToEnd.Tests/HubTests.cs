using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;
using Fathom.Testing.Hub;

namespace Fathom.EndToEnd.Tests;

/// <summary>The hub through the tool: pull, use by name, list, verify, remove; killed, and two at once.</summary>
[Collection(SharedBench.Name)]
public sealed class HubTests(Bench bench) : IDisposable
{
    private const string Name = "org/tiny";
    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub = new();

    private Dictionary<string, string> Environment => new()
    {
        ["HF_HOME"] = _folder.Root,
        ["HF_ENDPOINT"] = _hub.Address,
        ["HF_HUB_CACHE"] = "",
        ["HF_TOKEN"] = "",
        ["HF_HUB_OFFLINE"] = "",
    };

    [Fact]
    public void AModelIsPulledUsedByNameCheckedAndRemoved()
    {
        Add(weightsLarge: true);
        var pulled = Run("model", "pull", Name).Succeeded().Json;
        Assert.Equal(FakeHub.Commit, (string)pulled["commit"]!);
        var expected = FathomProcess.Run("generate", bench.Model, "--prompt", "How many", "--max-new-tokens", "4", "--json").Succeeded().Json;
        var byName = FathomProcess.RunWith(new Dictionary<string, string>(Environment) { ["HF_HUB_OFFLINE"] = "1" }, "generate", Name + "@main", "--prompt", "How many", "--max-new-tokens", "4", "--json").Succeeded().Json;
        Assert.Equal(expected["outputs"]!.ToJsonString(), byName["outputs"]!.ToJsonString());
        Assert.Equal(Name, (string)Run("model", "inspect", Name).Succeeded().Json["name"]!);
        var listed = Run("model", "list").Succeeded().Json["models"]!.AsArray();
        Assert.Equal(Name, (string)Assert.Single(listed)!["model"]!);
        Assert.True((bool)Run("model", "verify", Name).Succeeded().Json["passed"]!);

        var blob = Directory.GetFiles(Path.Combine(_folder.Root, "hub/models--org--tiny/blobs")).OrderByDescending(path => new FileInfo(path).Length).First();
        var bytes = File.ReadAllBytes(blob);
        bytes[^1] ^= 1;
        File.WriteAllBytes(blob, bytes);
        var damaged = Run("model", "verify", Name);
        Assert.Equal((1, 1), (damaged.ExitCode, (int)damaged.Json["damaged"]!));

        Run("model", "remove", Name).Succeeded();
        Assert.Empty(Run("model", "list").Succeeded().Json["models"]!.AsArray());
        FathomProcess.RunWith(Environment, "generate", Name, "--prompt", "x").FailedWith(1, "fathom model pull org/tiny");
    }

    [Fact]
    public void AKilledPullGoesOnAndTwoShareTheWork()
    {
        Add(weightsLarge: true);
        _hub.Intercept = (request, answer) => request.ToStore && request.Attempt == 1 ? answer with { StallAfter = 60_000 } : answer;
        using (var killed = FathomProcess.StartWith(Environment, "model", "pull", Name))
        {
            var deadline = TimeProvider.System.GetTimestamp();
            while (Incomplete() < 60_000)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60), "the download did not begin");
                Thread.Sleep(20);
            }

            killed.KillHard();
        }

        _hub.Intercept = (request, answer) => request.ToStore ? answer with { Pause = TimeSpan.FromMilliseconds(20) } : answer;
        using var one = FathomProcess.StartWith(Environment, "model", "pull", Name, "--json");
        using var two = FathomProcess.StartWith(Environment, "model", "pull", Name, "--json");
        JsonObject[] results = [one.WaitForEnd().Succeeded().Json, two.WaitForEnd().Succeeded().Json];
        Assert.Equal([0, 60_000], _hub.Requests.Where(request => request.ToStore).Select(request => request.From));
        Assert.Contains(results, result => (long)result["downloaded_bytes"]! > 0);
        Assert.Equal(File.ReadAllBytes(Path.Combine(bench.Model, "model.safetensors")), File.ReadAllBytes(Path.Combine((string)results[0]["location"]!, "model.safetensors")));
    }

    [Fact]
    public void ASnapshotThatAnotherProgramLeftWithoutWeightsSaysHowToCompleteIt()
    {
        var repository = Path.Combine("hub", "models--gpt2");
        _folder.Write(Path.Combine(repository, "refs", "main"), FakeHub.Commit);
        _folder.Write(Path.Combine(repository, "snapshots", FakeHub.Commit, "config.json"), """{"model_type":"gpt2"}""");
        FathomProcess.RunWith(Environment, "generate", "gpt2", "--prompt", "x").FailedWith(1, "only config.json", "fathom model pull gpt2");
        FathomProcess.RunWith(Environment, "model", "verify", "gpt2").Succeeded();
    }

    [Fact]
    public void RefusalsAreOneLine()
    {
        FathomProcess.RunWith(Environment, "model", "pull", "org/none").FailedWith(1, "org/none", "there is no such model", "HF_TOKEN");
        FathomProcess.RunWith(Environment, "model", "pull", "../../etc").FailedWith(1, "no name of a hub model");
        FathomProcess.RunWith(new Dictionary<string, string>(Environment) { ["HF_ENDPOINT"] = "nowhere" }, "model", "pull", Name).FailedWith(1, "HF_ENDPOINT");
        FathomProcess.RunWith(Environment, "model", "remove", Name).FailedWith(1, "is not in the cache");
    }

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    private void Add(bool weightsLarge) => _hub.Add(Name, [.. Directory.GetFiles(bench.Model).Select(path => new FakeFile(Path.GetFileName(path), File.ReadAllBytes(path), weightsLarge && path.EndsWith(".safetensors", StringComparison.Ordinal)))]);

    private ProcessResult Run(params string[] arguments) => FathomProcess.RunWith(Environment, [.. arguments, "--json"]);

    // The lengths are those of the listing: a file that is renamed meanwhile is no matter.
    private long Incomplete()
    {
        var blobs = new DirectoryInfo(Path.Combine(_folder.Root, "hub/models--org--tiny/blobs"));
        return blobs.Exists ? blobs.EnumerateFiles("*.incomplete").Select(Length).DefaultIfEmpty().Max() : 0;
    }

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
