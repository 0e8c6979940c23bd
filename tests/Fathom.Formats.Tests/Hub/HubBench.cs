using Fathom.Formats.Hub;
using Fathom.Testing.Hub;

namespace Fathom.Formats.Tests.Hub;

/// <summary>A hub with one model, a cache, and settings that wait for nothing.</summary>
internal sealed class HubBench : IDisposable
{
    public static readonly FakeFile Config = new("config.json", "{\"model_type\":\"llama\"}"u8.ToArray(), Large: false);
    public static readonly FakeFile Card = new("docs/read me.md", "text"u8.ToArray(), Large: false);
    public static readonly FakeFile Weights = new("model.safetensors", Bytes(300_000), Large: true);
    private readonly TempFolder _folder = new();

    public HubBench()
    {
        Server = new FakeHub().Add(Model.Id, Config, Card, Weights);
        Settings = new HubSettings
        {
            CacheFolder = _folder["cache"],
            Endpoint = new Uri(Server.Address),
            RetryDelay = TimeSpan.FromMilliseconds(2),
            StallTimeout = TimeSpan.FromSeconds(20),
        };
    }

    public static HubModelName Model { get; } = new("some-org", "small.model", null);

    public FakeHub Server { get; }

    public HubSettings Settings { get; set; }

    public string Repository => Path.Combine(Settings.CacheFolder, "models--some-org--small.model");

    public string Snapshot => Path.Combine(Repository, "snapshots", FakeHub.Commit);

    public string WeightsBlob => Path.Combine(Repository, "blobs", Weights.Hash);

    public List<string> Notes { get; } = [];

    public IEnumerable<FakeRequest> WeightRequests => Server.Requests.Where(request => request.ToStore);

    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        var state = 88172645463325252UL;
        for (var i = 0; i < count; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[i] = (byte)state;
        }

        return bytes;
    }

    public Task<HubPullResult> Pull(HubPullOptions? options = null, HubModelName? model = null) => new HubPuller(Settings).PullAsync(model ?? Model, (options ?? new HubPullOptions()) with
    {
        OnNote = note =>
        {
            lock (Notes) Notes.Add(note);
        },
    });

    public async Task<string> Refusal(HubModelName? model = null)
    {
        var refusal = await Assert.ThrowsAnyAsync<FathomException>(() => Pull(model: model));
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }

    /// <summary>Spoils answers of the store only.</summary>
    public void Spoil(Func<FakeRequest, FakeAnswer, FakeAnswer> change) => Server.Intercept = (request, answer) => request.ToStore ? change(request, answer) : answer;

    public void AssertWhole()
    {
        foreach (var file in new[] { Config, Card, Weights }) Assert.Equal(file.Content, File.ReadAllBytes(Path.Combine(Snapshot, file.Path)));
        Assert.Empty(Directory.GetFiles(Path.Combine(Repository, "blobs"), "*.incomplete"));
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }
}
