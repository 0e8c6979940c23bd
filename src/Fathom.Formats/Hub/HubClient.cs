using System.Net;
using System.Net.Http.Headers;

namespace Fathom.Formats.Hub;

/// <summary>
/// Speaks with the hub: each call is one attempt. It follows redirects itself, so that the access token goes to the hub's own
/// address and never to where files are stored.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private const int LongestAnswer = 64 << 20;

    private readonly HubSettings _settings;
    private readonly HttpClient _http;

    public HubClient(HubSettings settings)
    {
        _settings = settings;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = settings.AnswerTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = Math.Max(2, settings.Connections),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("fathom/0.1");
    }

    /// <summary>Asks which files a model has.</summary>
    /// <exception cref="FathomException">The hub refuses or answers something else; passing failures are <see cref="HubTransientException"/>.</exception>
    public async Task<HubModelInfo> GetModelAsync(HubModelName model, CancellationToken stop)
    {
        var address = Address($"api/models/{model.Id}/revision/{Uri.EscapeDataString(model.RevisionOrMain)}?blobs=true");
        return await Guarded(model, null, async () =>
        {
            using var answer = await Send(HttpMethod.Get, address, 0, stop);
            if (answer.StatusCode != HttpStatusCode.OK) throw HubErrors.Of(answer, model, null, _settings, _settings.Time.GetUtcNow());
            using var stream = new StallingStream(await answer.Content.ReadAsStreamAsync(stop), _settings);
            using var body = new MemoryStream();
            var piece = new byte[1 << 16];
            for (int read; (read = await stream.ReadAsync(piece, stop)) > 0;)
            {
                if (body.Length + read > LongestAnswer) throw new FathomException($"{model}: the hub's answer is longer than {LongestAnswer >> 20} MiB; check HF_ENDPOINT");
                body.Write(piece, 0, read);
            }

            if (answer.Content.Headers.ContentLength is { } expected && body.Length != expected) throw new HubTransientException($"{model}: the hub's answer was cut at {body.Length} of {expected} bytes");
            return HubAnswer.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), model);
        }, stop);
    }

    /// <summary>Asks for length and hash of a file that the list of files does not tell.</summary>
    public async Task<HubFile> GetFileAsync(HubModelName model, string commit, HubFile file, CancellationToken stop) => await Guarded(model, file.Path, async () =>
    {
        // The hub's own answer has the hash; where it redirects to knows nothing of it. Redirects within the hub (a renamed model) are followed.
        var address = FileAddress(model, commit, file.Path);
        for (var hop = 0; ; hop++)
        {
            using var answer = await SendOnce(HttpMethod.Head, address, 0, stop);
            var redirect = IsRedirect(answer);
            if (!redirect && answer.StatusCode != HttpStatusCode.OK) throw HubErrors.Of(answer, model, file.Path, _settings, _settings.Time.GetUtcNow());
            var tag = (First(answer, "X-Linked-Etag") ?? answer.Headers.ETag?.ToString())?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
            if (tag is null && redirect && hop < MostRedirects)
            {
                address = Next(address, answer, model);
                continue;
            }

            if (tag is null || !(HubAnswer.IsHex(tag, 64) || HubAnswer.IsHex(tag, 40))) throw new FathomException($"{model}: {file.Path}: the hub tells no hash of it (ETag), so it cannot be checked; use another HF_ENDPOINT");
            var bytes = long.TryParse(First(answer, "X-Linked-Size"), out var linked) && linked >= 0 ? linked : redirect ? null : answer.Content.Headers.ContentLength;
            return file with { Hash = tag, Bytes = file.Bytes ?? bytes ?? throw new FathomException($"{model}: {file.Path}: the hub does not tell its length") };
        }
    }, stop);

    /// <summary>Opens a file from byte <paramref name="from"/> on. The answer's status is 200 (whole) or 206 (from there); 416 when there is no such byte.</summary>
    public Task<HttpResponseMessage> OpenAsync(HubModelName model, string commit, string path, long from, CancellationToken stop) => Guarded(model, path, async () =>
    {
        var answer = await Send(HttpMethod.Get, FileAddress(model, commit, path), from, stop);
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable) return answer;
        using (answer) throw HubErrors.Of(answer, model, path, _settings, _settings.Time.GetUtcNow());
    }, stop);

    /// <summary>Runs an exchange; the ways a network fails become <see cref="HubTransientException"/>.</summary>
    public async Task<T> Guarded<T>(HubModelName model, string? path, Func<Task<T>> exchange, CancellationToken stop)
    {
        var what = path is null ? $"{model}" : $"{model}: {path}";
        try
        {
            return await exchange();
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            throw new FathomException($"{what}: cannot find the host {_settings.Endpoint.Host}: check the connection and HF_ENDPOINT; what is in the cache can be used without the network", failure);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new FathomException($"{what}: no secure connection to the hub: {FileErrors.OneLine(failure.Message)}", failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new HubTransientException($"{what}: the connection failed: {FileErrors.OneLine(failure.Message)}", failure);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new HubTransientException($"{what}: no answer within {_settings.AnswerTimeout.TotalSeconds:F0} s", late);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpResponseMessage answer) => answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static string? First(HttpResponseMessage answer, string header) => answer.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;

    private async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, long from, CancellationToken stop)
    {
        for (var hop = 0; ; hop++)
        {
            var answer = await SendOnce(method, address, from, stop);
            if (!IsRedirect(answer)) return answer;
            using (answer)
            {
                if (hop == MostRedirects) throw new FathomException($"{address.Host}: redirects more than {MostRedirects} times; check HF_ENDPOINT");
                address = Next(address, answer, null);
            }
        }
    }

    private static Uri Next(Uri address, HttpResponseMessage answer, HubModelName? model)
    {
        if (answer.Headers.Location is not { } location) throw new FathomException($"{(model is null ? address.Host : model)}: the hub redirects to nowhere; check HF_ENDPOINT");
        var next = new Uri(address, location);
        var downgrade = address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps;
        return !downgrade && (next.Scheme == Uri.UriSchemeHttps || next.Scheme == Uri.UriSchemeHttp)
            ? next
            : throw new FathomException($"{address.Host}: redirects from {address.Scheme} to {FileErrors.Quote(next.GetLeftPart(UriPartial.Authority))}, which is not safe; check HF_ENDPOINT and the network");
    }

    private async Task<HttpResponseMessage> SendOnce(HttpMethod method, Uri address, long from, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, address);
        if (_settings.Token is { } token && IsOwn(address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        using var timeout = new CancellationTokenSource(_settings.AnswerTimeout, _settings.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
    }

    // Scheme, host and port: a token for one must not be shown to another.
    private bool IsOwn(Uri address) => Uri.Compare(address, _settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private Uri FileAddress(HubModelName model, string commit, string path) =>
        Address($"{model.Id}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    private Uri Address(string rest) => new($"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{rest}");
}
