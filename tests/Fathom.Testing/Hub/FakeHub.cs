using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Fathom.Testing.Hub;

/// <summary>
/// A hub on this machine: the list of files and the small ones on one port, large files in a "store" on another, as the real one
/// redirects. Tests spoil its answers with <see cref="Intercept"/>.
/// </summary>
public sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TcpListener _hub = new(IPAddress.Loopback, 0);
    private readonly TcpListener _store = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FakeRequest> _log = new();
    private readonly Dictionary<string, FakeFile[]> _models = new(StringComparer.Ordinal);

    public FakeHub()
    {
        _hub.Start();
        _store.Start();
        _ = Serve(_hub, toStore: false);
        _ = Serve(_store, toStore: true);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_hub.LocalEndpoint).Port}";

    public string StoreAddress => $"http://127.0.0.1:{((IPEndPoint)_store.LocalEndpoint).Port}";

    /// <summary>Answers instead of the hub where it gives an answer; may change the one the hub would give.</summary>
    public Func<FakeRequest, FakeAnswer, FakeAnswer>? Intercept { get; set; }

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _log];

    /// <summary>Adds a model with the commit <see cref="Commit"/> under <c>main</c>.</summary>
    public FakeHub Add(string id, params FakeFile[] files)
    {
        _models[id] = files;
        return this;
    }

    /// <summary>The JSON that the hub answers about a model.</summary>
    public static JsonObject Describe(string id, IEnumerable<FakeFile> files, string commit = Commit) => new()
    {
        ["_id"] = "1",
        ["id"] = id,
        ["sha"] = commit,
        ["gated"] = false,
        ["cardData"] = new JsonObject { ["license"] = "apache-2.0" },
        ["siblings"] = new JsonArray([.. files.Select(file => (JsonNode)Describe(file))]),
    };

    public void Dispose()
    {
        _stop.Cancel();
        _hub.Stop();
        _store.Stop();
        _stop.Dispose();
    }

    private static JsonObject Describe(FakeFile file)
    {
        var entry = new JsonObject { ["rfilename"] = file.Path, ["size"] = file.Content.Length, ["blobId"] = file.Large ? new string('a', 40) : file.Hash };
        if (file.Large) entry["lfs"] = new JsonObject { ["sha256"] = file.Hash, ["size"] = file.Content.Length, ["pointerSize"] = 135 };
        return entry;
    }

    private async Task Serve(TcpListener listener, bool toStore)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var connection = await listener.AcceptTcpClientAsync(_stop.Token);
                _ = Answer(connection, toStore);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Answer(TcpClient connection, bool toStore)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                if (await ReadHead(stream) is not { } head) return;
                var lines = head.Split("\r\n");
                var words = lines[0].Split(' ');
                var headers = lines.Skip(1).Where(line => line.Contains(':')).ToDictionary(line => line[..line.IndexOf(':')].Trim().ToLowerInvariant(), line => line[(line.IndexOf(':') + 1)..].Trim(), StringComparer.Ordinal);
                var request = new FakeRequest(words[0], words[1], headers, toStore, _attempts.AddOrUpdate(words[0] + words[1], 1, (_, count) => count + 1));
                _log.Enqueue(request);
                var answer = Usual(request);
                await Send(stream, request, Intercept?.Invoke(request, answer) ?? answer);
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private FakeAnswer Usual(FakeRequest request)
    {
        var path = Uri.UnescapeDataString(request.Path.Split('?')[0]);
        foreach (var (id, files) in _models)
        {
            if (path == $"/api/models/{id}/revision/main" || path == $"/api/models/{id}/revision/{Commit}") return FakeAnswer.Text(200, Describe(id, files).ToJsonString());
            if (path.StartsWith($"/api/models/{id}/", StringComparison.Ordinal)) return FakeAnswer.Text(404, "{}", ("X-Error-Code", "RevisionNotFound"));
            if (request.ToStore && files.FirstOrDefault(file => path == "/store/" + file.Hash) is { } stored) return Part(stored, request);
            if (files.FirstOrDefault(file => path == $"/{id}/resolve/{Commit}/{file.Path}") is not { } found) continue;
            if (!found.Large) return Part(found, request);
            return FakeAnswer.Text(302, "", ("Location", $"{StoreAddress}/store/{found.Hash}"), ("X-Linked-Etag", $"\"{found.Hash}\""), ("X-Linked-Size", $"{found.Content.Length}"), ("X-Repo-Commit", Commit));
        }

        return FakeAnswer.Text(path.StartsWith("/api/", StringComparison.Ordinal) ? 401 : 404, "{}", ("X-Error-Code", path.StartsWith("/api/", StringComparison.Ordinal) ? "RepoNotFound" : "EntryNotFound"));
    }

    private static FakeAnswer Part(FakeFile file, FakeRequest request)
    {
        var from = request.From;
        var tag = new Dictionary<string, string> { ["ETag"] = $"\"{file.Hash}\"" };
        if (from == 0) return new FakeAnswer(200, file.Content) { Headers = tag };
        if (from >= file.Content.Length) return new FakeAnswer(416, []) { Headers = { ["Content-Range"] = $"bytes */{file.Content.Length}" } };
        tag["Content-Range"] = $"bytes {from}-{file.Content.Length - 1}/{file.Content.Length}";
        return new FakeAnswer(206, file.Content[(int)from..]) { Headers = tag };
    }

    private static async Task<string?> ReadHead(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            bytes.Add(one[0]);
            if (bytes.Count > 3 && bytes[^1] == '\n' && bytes[^2] == '\r' && bytes[^3] == '\n') return Encoding.ASCII.GetString([.. bytes]);
        }

        return null;
    }

    private async Task Send(NetworkStream stream, FakeRequest request, FakeAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Said\r\nConnection: close\r\nContent-Length: {answer.SaidLength ?? answer.Body.Length}\r\n");
        foreach (var (name, value) in answer.Headers) head.Append($"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        if (request.Method == "HEAD") return;
        var end = Math.Min(answer.Body.Length, answer.CutAfter ?? answer.StallAfter ?? int.MaxValue);
        for (var at = 0; at < end;)
        {
            var length = answer.Pause > TimeSpan.Zero ? Math.Min(4096, end - at) : end - at;
            await stream.WriteAsync(answer.Body.AsMemory(at, length), _stop.Token);
            at += length;
            if (answer.Pause > TimeSpan.Zero) await Task.Delay(answer.Pause, _stop.Token);
        }

        await stream.FlushAsync(_stop.Token);
        if (answer.StallAfter is not null) await Task.Delay(Timeout.Infinite, _stop.Token);
    }
}
