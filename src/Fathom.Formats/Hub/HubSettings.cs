using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Fathom.Formats.Hub;

/// <summary>Where the hub and its cache are and how patient to be. <see cref="FromEnvironment()"/> reads the variables of the Python client.</summary>
public sealed partial record HubSettings
{
    /// <summary>The hub that is asked where <c>HF_ENDPOINT</c> does not name another.</summary>
    public static readonly Uri PublicEndpoint = new("https://huggingface.co");

    private const int MostSeconds = 86_400;
    private static readonly TimeSpan DefaultAnswerTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DefaultStallTimeout = TimeSpan.FromSeconds(30);

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

    /// <summary>Time to reach the hub and get the head of an answer (<c>HF_HUB_ETAG_TIMEOUT</c>). Default: 20 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = DefaultAnswerTimeout;

    /// <summary>A download that brings no byte for so long counts as cut, and goes on over a new connection (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>). Default: 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = DefaultStallTimeout;

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
        string Path(string text) => Variables().Replace(text == "~" || text.StartsWith("~/", StringComparison.Ordinal) ? userFolder + text[1..] : text, match => variable(match.Groups["name"].Value) ?? match.Value);
        TimeSpan Seconds(string name, TimeSpan otherwise) => Value(name) is not { } text
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= MostSeconds
                ? TimeSpan.FromSeconds(seconds)
                : throw new FathomException($"{name} is {FileErrors.Quote(text)}, a whole number of seconds from 1 to {MostSeconds} was expected");

        var home = Value("HF_HOME") is { } set ? Path(set) : System.IO.Path.Combine(Value("XDG_CACHE_HOME") is { } xdg ? Path(xdg) : System.IO.Path.Combine(userFolder, ".cache"), "huggingface");
        var cache = Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE");
        return new HubSettings
        {
            CacheFolder = cache is null ? System.IO.Path.Combine(home, "hub") : Path(cache),
            Endpoint = Value("HF_ENDPOINT") is { } endpoint ? ParseEndpoint(endpoint) : PublicEndpoint,
            Token = IsTrue(Value("HF_HUB_DISABLE_IMPLICIT_TOKEN")) ? null : ReadToken(Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN"), Value("HF_TOKEN_PATH") is { } file ? Path(file) : System.IO.Path.Combine(home, "token")),

            // The second counts only where the first says nothing.
            Offline = IsTrue(Value("HF_HUB_OFFLINE") ?? Value("TRANSFORMERS_OFFLINE")),
            AnswerTimeout = Seconds("HF_HUB_ETAG_TIMEOUT", DefaultAnswerTimeout),
            StallTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT", DefaultStallTimeout),
        };
    }

    /// <summary>Everything but the token, so that no log can hold it.</summary>
    public override string ToString() => $"cache {CacheFolder}, hub {Endpoint}, {(Token is null ? "no token" : "a token")}{(Offline ? ", offline" : "")}";

    // $NAME and ${NAME} in paths, as a shell that did not get to see them would have put them in.
    [GeneratedRegex(@"\$(\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variables();

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
