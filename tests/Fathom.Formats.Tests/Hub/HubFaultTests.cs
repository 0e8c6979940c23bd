using System.Diagnostics;
using Fathom.Formats.Hub;
using Fathom.Testing.Hub;

namespace Fathom.Formats.Tests.Hub;

/// <summary>Networks and servers that fail in the ways they do.</summary>
public sealed class HubFaultTests : IDisposable
{
    private readonly HubBench _bench = new();

    [Fact]
    public async Task CutsAreGoneOnFrom()
    {
        _bench.Spoil((request, answer) => request.Attempt < 4 ? answer with { CutAfter = 70_000 } : answer);
        var result = await _bench.Pull();
        _bench.AssertWhole();
        Assert.Equal([0, 70_000, 140_000, 210_000], _bench.WeightRequests.Select(request => request.From));
        Assert.Equal(HubBench.Weights.Content.Length + HubBench.Config.Content.Length + HubBench.Card.Content.Length, result.DownloadedBytes);
    }

    [Fact]
    public async Task AStallCountsAsACut()
    {
        _bench.Settings = _bench.Settings with { StallTimeout = TimeSpan.FromMilliseconds(300) };
        _bench.Spoil((request, answer) => request.Attempt == 1 ? answer with { StallAfter = 50_000 } : answer);
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.Equal([0, 50_000], _bench.WeightRequests.Select(request => request.From));
    }

    [Fact]
    public async Task ASlowServerIsWaitedFor()
    {
        _bench.Settings = _bench.Settings with { StallTimeout = TimeSpan.FromSeconds(10) };
        _bench.Spoil((_, answer) => answer with { Pause = TimeSpan.FromMilliseconds(4) });
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.Single(_bench.WeightRequests);
    }

    [Fact]
    public async Task AServerThatGivesNoAnswerIsGivenUp()
    {
        _bench.Settings = _bench.Settings with { AnswerTimeout = TimeSpan.FromMilliseconds(150), Retries = 1 };
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        _bench.Settings = _bench.Settings with { Endpoint = new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}") };
        Assert.Contains("no answer within", await _bench.Refusal(), StringComparison.Ordinal);
        silent.Stop();
        Assert.Contains("the connection failed", await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongBytesOnceAreFetchedAgain()
    {
        _bench.Spoil((request, answer) => request.Attempt == 1 ? answer with { Body = Flipped(answer.Body) } : answer);
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.Contains(_bench.Notes, note => note.Contains("wrong hash", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongBytesTwiceAreRefusedAndNeverSeen()
    {
        _bench.Spoil((_, answer) => answer with { Body = Flipped(answer.Body) });
        Assert.Contains("does not have the hash", await _bench.Refusal(), StringComparison.Ordinal);
        Assert.False(File.Exists(_bench.WeightsBlob));
        Assert.False(Path.Exists(Path.Combine(_bench.Snapshot, "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(_bench.Repository, "refs", "main")));
    }

    [Fact]
    public async Task AKilledDownloadIsGoneOnWith()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.WeightsBlob)!);
        File.WriteAllBytes(_bench.WeightsBlob + ".incomplete", HubBench.Weights.Content[..123_456]);
        var result = await _bench.Pull();
        _bench.AssertWhole();
        Assert.Equal([123_456], _bench.WeightRequests.Select(request => request.From));
        Assert.Equal(HubBench.Weights.Content.Length - 123_456, result.DownloadedBytes - HubBench.Config.Content.Length - HubBench.Card.Content.Length);
    }

    [Theory]
    [InlineData(150_000, true)]
    [InlineData(300_000, true)]
    [InlineData(300_000, false)]
    [InlineData(300_001, false)]
    public async Task AStrangeBeginningIsThrownAway(int length, bool damaged)
    {
        var begun = new byte[length];
        HubBench.Weights.Content.AsSpan(0, Math.Min(length, HubBench.Weights.Content.Length)).CopyTo(begun);
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.WeightsBlob)!);
        File.WriteAllBytes(_bench.WeightsBlob + ".incomplete", damaged ? Flipped(begun) : begun);
        await _bench.Pull();
        _bench.AssertWhole();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(416)]
    public async Task AServerThatCannotGoOnStartsOver(int status)
    {
        _bench.Spoil((request, answer) => request.From == 0
            ? answer with { CutAfter = request.Attempt == 1 ? 90_000 : null }
            : status == 200 ? new FakeAnswer(200, HubBench.Weights.Content) : new FakeAnswer(416, []));
        await _bench.Pull();
        _bench.AssertWhole();
    }

    [Fact]
    public async Task APartFromAnotherPlaceIsNotTaken()
    {
        _bench.Spoil((request, answer) => request.Attempt == 1
            ? answer with { CutAfter = 90_000 }
            : request.From > 0 ? new FakeAnswer(206, HubBench.Weights.Content[1000..]) { Headers = { ["Content-Range"] = "bytes 1000-299999/300000" } } : answer);
        await _bench.Pull();
        _bench.AssertWhole();
    }

    [Theory]
    [InlineData(299_999)]
    [InlineData(300_001)]
    public async Task AnotherLengthThanPromisedIsRefused(int length)
    {
        _bench.Spoil((_, answer) => answer with { Body = new byte[length] });
        Assert.Contains($"the server sends {length} bytes where the hub promises 300000", await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfterIsKept()
    {
        _bench.Server.Intercept = (request, answer) => request.Attempt == 1 && request.Path.StartsWith("/api/", StringComparison.Ordinal) ? FakeAnswer.Text(429, "", ("Retry-After", "1")) : answer;
        var start = Stopwatch.GetTimestamp();
        await _bench.Pull();
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromSeconds(0.95));
        Assert.Contains(_bench.Notes, note => note.Contains("429", StringComparison.Ordinal) && note.Contains("HF_TOKEN", StringComparison.Ordinal));
        _bench.AssertWhole();
    }

    [Fact]
    public async Task ThePublicHubsOwnHeaderCountsToo()
    {
        _bench.Server.Intercept = (_, _) => FakeAnswer.Text(429, "", ("RateLimit", "\"api\";r=0;t=7200"));
        Assert.Contains("7200 s", await _bench.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AVeryLongRetryAfterIsTold()
    {
        _bench.Server.Intercept = (_, _) => FakeAnswer.Text(429, "", ("Retry-After", "7200"));
        Assert.Contains("wait 7200 s", await _bench.Refusal(), StringComparison.Ordinal);
        Assert.Single(_bench.Server.Requests);
    }

    [Fact]
    public async Task ServerErrorsAreTriedAgainAndThenGivenUp()
    {
        _bench.Server.Intercept = (request, answer) => !request.ToStore && request.Attempt < 4 ? FakeAnswer.Text(503, "") : answer;
        await _bench.Pull();
        _bench.AssertWhole();
        _bench.Server.Intercept = (_, _) => FakeAnswer.Text(500, "");
        var before = _bench.Server.Requests.Count;
        Assert.Contains("cannot answer now (500", await _bench.Refusal(), StringComparison.Ordinal);
        Assert.Equal(before + 1 + _bench.Settings.Retries, _bench.Server.Requests.Count);
    }

    [Fact]
    public async Task ADownloadThatNeverMovesEnds()
    {
        _bench.Settings = _bench.Settings with { Retries = 2 };
        _bench.Spoil((_, answer) => answer with { CutAfter = 10 });
        Assert.Contains("model.safetensors", await _bench.Refusal(), StringComparison.Ordinal);
        Assert.Equal(3, _bench.WeightRequests.Count());
    }

    [Fact]
    public async Task StoppingLeavesWhatCame()
    {
        using var stop = new CancellationTokenSource();
        _bench.Spoil((_, answer) => answer with { StallAfter = 100_000 });
        var pull = new HubPuller(_bench.Settings).PullAsync(HubBench.Model, new HubPullOptions { OnProgress = progress => { if (progress.Bytes >= 100_000) stop.Cancel(); } }, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        Assert.True(new FileInfo(_bench.WeightsBlob + ".incomplete").Length >= 90_000);
        _bench.Server.Intercept = null;
        await _bench.Pull();
        _bench.AssertWhole();
        Assert.True(_bench.WeightRequests.Last().From >= 90_000);
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Flipped(byte[] bytes)
    {
        var flipped = bytes.ToArray();
        flipped[flipped.Length / 2] ^= 1;
        return flipped;
    }
}
