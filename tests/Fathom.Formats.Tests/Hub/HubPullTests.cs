using Fathom.Formats.Hub;
using Fathom.Testing.Hub;

namespace Fathom.Formats.Tests.Hub;

public sealed class HubPullTests : IDisposable
{
    private readonly HubBench _bench = new();

    [Fact]
    public async Task TheCacheIsLaidOutAsThePythonClientDoesIt()
    {
        var result = await _bench.Pull();
        Assert.Equal((FakeHub.Commit, _bench.Snapshot, "apache-2.0"), (result.Commit, result.Folder, result.License));
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(_bench.Repository, "refs", "main")));
        Assert.Equal($"../../blobs/{HubBench.Weights.Hash}", new FileInfo(Path.Combine(_bench.Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal($"../../../blobs/{HubBench.Card.Hash}", new FileInfo(Path.Combine(_bench.Snapshot, "docs/read me.md")).LinkTarget);
        Assert.True(File.Exists(Path.Combine(_bench.Settings.CacheFolder, ".locks", "models--some-org--small.model", HubBench.Weights.Hash + ".lock")));
        Assert.Equal(HubBench.Weights.Content.Length + HubBench.Config.Content.Length + HubBench.Card.Content.Length, result.DownloadedBytes);
        _bench.AssertWhole();

        // git hash-object of a file with the content "text".
        Assert.Equal("f3a34851d44d6b97c90fbb99dd3d18c261b9a237", HubBench.Card.Hash);
        Assert.Equal(_bench.Snapshot, new HubCache(_bench.Settings.CacheFolder).Find(HubBench.Model));
    }

    [Fact]
    public async Task WhatIsThereIsNotFetchedAgain()
    {
        await _bench.Pull();
        var before = _bench.Server.Requests.Count;
        var again = await _bench.Pull();
        Assert.Equal(before + 1, _bench.Server.Requests.Count);
        Assert.Equal(0, again.DownloadedBytes);
        Assert.Equal(HubBench.Weights.Content.Length + HubBench.Config.Content.Length + HubBench.Card.Content.Length, again.ReusedBytes);
    }

    [Fact]
    public async Task ACheckFindsDamageAndMendsIt()
    {
        await _bench.Pull();
        var damaged = File.ReadAllBytes(_bench.WeightsBlob);
        damaged[1000] ^= 1;
        File.WriteAllBytes(_bench.WeightsBlob, damaged);
        Assert.Equal(0, (await _bench.Pull()).DownloadedBytes);
        Assert.False(Assert.Single(HubCache.Verify(_bench.Snapshot), check => check.Path == "model.safetensors").Passed);
        Assert.Equal(HubBench.Weights.Content.Length, (await _bench.Pull(new HubPullOptions { Check = true })).DownloadedBytes);
        _bench.AssertWhole();
        Assert.All(HubCache.Verify(_bench.Snapshot), check => Assert.True(check.Passed));
    }

    [Fact]
    public async Task ProgressEndsAtEverything()
    {
        var last = new HubProgress(0, 0, 0, 0);
        var gate = new Lock();
        await new HubPuller(_bench.Settings).PullAsync(HubBench.Model, new HubPullOptions
        {
            OnProgress = progress =>
            {
                lock (gate) last = progress.Bytes + progress.Files >= last.Bytes + last.Files ? progress : last;
            },
        });
        Assert.Equal((last.TotalBytes, 3, 3), (last.Bytes, last.Files, last.TotalFiles));
    }

    [Fact]
    public async Task TwoAtOnceFetchEveryFileOnce()
    {
        _bench.Spoil((_, answer) => answer with { Pause = TimeSpan.FromMilliseconds(3) });
        var both = await Task.WhenAll(_bench.Pull(), _bench.Pull());
        Assert.Single(_bench.WeightRequests);
        Assert.Equal(HubBench.Weights.Content.Length + HubBench.Config.Content.Length + HubBench.Card.Content.Length, both.Sum(result => result.DownloadedBytes));
        _bench.AssertWhole();
    }

    [Fact]
    public async Task WithoutLinksTheSnapshotHoldsTheFiles()
    {
        _bench.Settings = _bench.Settings with { Symlinks = false };
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.Null(new FileInfo(Path.Combine(_bench.Snapshot, "model.safetensors")).LinkTarget);
        Assert.Empty(Directory.GetFiles(Path.Combine(_bench.Repository, "blobs")));
        Assert.Equal(0, (await _bench.Pull()).DownloadedBytes);
        Assert.Single(_bench.WeightRequests);

        // No link says its hash, so the download noted it: damage is found all the same.
        Assert.All(HubCache.Verify(_bench.Snapshot), check => Assert.True(check.Passed));
        var weights = Path.Combine(_bench.Snapshot, "model.safetensors");
        var damaged = File.ReadAllBytes(weights);
        damaged[7] ^= 1;
        File.WriteAllBytes(weights, damaged);
        Assert.False(Assert.Single(HubCache.Verify(_bench.Snapshot), check => check.Path == "model.safetensors").Passed);
        Assert.Equal(HubBench.Weights.Content.Length, (await _bench.Pull(new HubPullOptions { Check = true })).DownloadedBytes);
        Assert.All(HubCache.Verify(_bench.Snapshot), check => Assert.True(check.Passed));
        new HubCache(_bench.Settings.CacheFolder).Remove(HubBench.Model with { Revision = FakeHub.Commit });
        Assert.False(Directory.Exists(_bench.Repository));
    }

    [Fact]
    public async Task WhatIsInItsPlaceNeedsNoWriting()
    {
        await _bench.Pull();
        var locks = Path.Combine(_bench.Settings.CacheFolder, ".locks");
        Directory.Delete(locks, recursive: true);
        var again = await _bench.Pull();
        Assert.False(Directory.Exists(locks));
        Assert.Equal((0, 3), (again.DownloadedBytes, again.Files.Count));
    }

    [Fact]
    public async Task TheOldestModelsHaveNoOwner()
    {
        _bench.Server.Add("gpt2", HubBench.Config, HubBench.Weights);
        var result = await _bench.Pull(model: HubModelName.Parse("gpt2"));
        Assert.Equal(Path.Combine(_bench.Settings.CacheFolder, "models--gpt2", "snapshots", FakeHub.Commit), result.Folder);
        var cache = new HubCache(_bench.Settings.CacheFolder);
        Assert.Equal("gpt2", Assert.Single(cache.List()).Id);
        Assert.Equal(result.Folder, cache.Find(HubModelName.Parse("gpt2@main")));
        Assert.Contains("no such file or folder", Assert.Throws<FathomException>(() => cache.Find(HubModelName.Parse("gpt3"))).Message, StringComparison.Ordinal);
        Assert.True(cache.Remove(HubModelName.Parse("gpt2")) > 0);
    }

    [Fact]
    public async Task AHubThatListsNamesOnlyIsAskedForEachFile()
    {
        _bench.Server.Intercept = (request, answer) => request.Path.StartsWith("/api/", StringComparison.Ordinal)
            ? FakeAnswer.Text(200, $"{{\"sha\":\"{FakeHub.Commit}\",\"siblings\":[{{\"rfilename\":\"config.json\"}},{{\"rfilename\":\"model.safetensors\"}},{{\"rfilename\":\"docs/read me.md\"}}]}}")
            : answer;
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.Equal(3, _bench.Server.Requests.Count(request => request.Method == "HEAD"));
    }

    [Fact]
    public async Task ARenamedModelIsFollowed()
    {
        _bench.Server.Intercept = (request, answer) => request.Path.Contains("old-org", StringComparison.Ordinal) ? FakeAnswer.Text(307, "", ("Location", request.Path.Replace("old-org", "some-org", StringComparison.Ordinal))) : answer;
        var result = await _bench.Pull(model: new HubModelName("old-org", "small.model", null));
        Assert.Equal(HubBench.Weights.Content, File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")));
    }

    [Fact]
    public async Task OfflineUsesTheCacheOnly()
    {
        _bench.Settings = _bench.Settings with { Offline = true };
        Assert.Contains("HF_HUB_OFFLINE is set", await _bench.Refusal(), StringComparison.Ordinal);
        Assert.Empty(_bench.Server.Requests);
        _bench.Settings = _bench.Settings with { Offline = false };
        await _bench.Pull();
        _bench.Settings = _bench.Settings with { Offline = true };
        Assert.Contains(_bench.Snapshot, await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullDiskIsSaidBeforeAnythingIsFetched()
    {
        _bench.Settings = _bench.Settings with { FreeSpace = _ => 100_000_000 };
        await _bench.Pull(new HubPullOptions { Include = ["config.json"] });
        _bench.Settings = _bench.Settings with { FreeSpace = _ => (64 << 20) + 1000 };
        var message = await _bench.Refusal();
        Assert.Contains("0.3 MiB are still to be downloaded", message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_CACHE", message, StringComparison.Ordinal);
        Assert.Empty(_bench.WeightRequests);
    }

    public void Dispose() => _bench.Dispose();
}
