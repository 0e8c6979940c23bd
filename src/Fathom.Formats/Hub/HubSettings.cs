using System.Net.Http.Headers;

namespace Fathom.Formats.Hub;

/// <summary>Where the hub and its cache are and how patient to be. <see cref="FromEnvironment()"/> reads the variables of the Python client.</summary>
public sealed record HubSettings
{
    /// <summary>The hub that is asked where <c>HF_ENDPOINT</c> does not name another.</summary>
    public static readonly Uri PublicEndpoint = new("https://huggingface.co");

    /// <summary>Folder of the cache (<c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>~/.cache/huggingface/hub</c>).</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The hub's address (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; init; } = PublicEndpoint;

    /// <summary>The access token (<c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c> or <c>HF_HOME/token</c>); null for none. Sent to <see cref="Endpoint"/> and nowhere else.</summary>
    public string? Token { get; init; }

    /// <summary>Never use the network (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>Files downloaded at the same time. Default: 6.</summary>
    public int Connections { get; init; } = 6;

    /// <summary>Time to reach the hub and get the head of an answer. Default: 20 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A download that brings no byte for so long counts as cut, and goes on over a new connection. Default: 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts after the first that bring nothing new before giving up. Default: 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Wait before the first retry; it doubles with each. Default: 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that the hub may ask for with <c>Retry-After</c>; beyond it the download ends with that time in its message. Default: 5 min.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether snapshots link to blobs. Where the system refuses links (Windows without the right), snapshots hold the files themselves. Default: true.</summary>
    public bool Symlinks { get; init; } = true;

    /// <summary>The clock of waits and timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Bytes free for a folder; replaced in tests.</summary>
    internal Func<string, long?> FreeSpace { get; init; } = DiskSpace.FreeFor;

    /// <summary>The settings that this process's environment variables mean.</summary>
    /// <exception cref="FathomException">A variable has a value that cannot be used.</exception>
    public static HubSettings FromEnvironment() =>
        FromEnvironment(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The same for variables given by a function, for tests.</summary>
    internal static HubSettings FromEnvironment(Func<string, string?> variable, string userFolder)
    {
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
        string Path(string text) => text == "~" || text.StartsWith("~/", StringComparison.Ordinal) ? userFolder + text[1..] : text;

        var home = Value("HF_HOME") is { } set ? Path(set) : System.IO.Path.Combine(Value("XDG_CACHE_HOME") is { } xdg ? Path(xdg) : System.IO.Path.Combine(userFolder, ".cache"), "huggingface");
        var cache = Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE");
        return new HubSettings
        {
            CacheFolder = cache is null ? System.IO.Path.Combine(home, "hub") : Path(cache),
            Endpoint = Value("HF_ENDPOINT") is { } endpoint ? ParseEndpoint(endpoint) : PublicEndpoint,
            Token = ReadToken(Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN"), Value("HF_TOKEN_PATH") is { } file ? Path(file) : System.IO.Path.Combine(home, "token")),
            Offline = IsTrue(Value("HF_HUB_OFFLINE")) || IsTrue(Value("TRANSFORMERS_OFFLINE")),
        };
    }

    /// <summary>Everything but the token, so that no log can hold it.</summary>
    public override string ToString() => $"cache {CacheFolder}, hub {Endpoint}, {(Token is null ? "no token" : "a token")}{(Offline ? ", offline" : "")}";

    private static bool IsTrue(string? text) => text?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw new FathomException($"HF_ENDPOINT is {FileErrors.Quote(text)}, an address such as {PublicEndpoint} was expected");

    private static string? ReadToken(string? fromVariable, string file)
    {
        var (text, source) = (fromVariable, "HF_TOKEN");
        if (text is null && File.Exists(file))
        {
            try
            {
                (text, source) = (File.ReadAllText(file), file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.CannotRead(file, failure);
            }
        }

        var token = text?.Trim();
        if (string.IsNullOrEmpty(token)) return null;

        // The message must not show it: it is a secret, broken or not.
        return token.All(char.IsAsciiLetterOrDigit) || (token.All(c => c is > ' ' and < '\u007f') && AuthenticationHeaderValue.TryParse("Bearer " + token, out _))
            ? token
            : throw new FathomException($"{source}: the access token holds characters that no token has; copy it again from the hub's settings");
    }
}
