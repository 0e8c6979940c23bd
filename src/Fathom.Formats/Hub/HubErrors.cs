using System.Globalization;
using System.Net;

namespace Fathom.Formats.Hub;

/// <summary>What the hub's refusals mean and what to do about them.</summary>
internal static class HubErrors
{
    /// <summary>The exception for an answer that is no success. The hub says the cause in the header <c>X-Error-Code</c>.</summary>
    public static FathomException Of(HttpResponseMessage answer, HubModelName model, string? file, HubSettings settings, DateTimeOffset now)
    {
        var status = (int)answer.StatusCode;
        if (answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status >= 500) return Passing(answer, model, file, settings, now);
        var code = Header(answer, "X-Error-Code");
        var page = new Uri(settings.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + model.Id);
        var what = file is null ? $"{model}" : $"{model}: {file}";
        return new FathomException(code switch
        {
            "GatedRepo" when settings.Token is null => $"{model}: is gated: accept its terms at {page}, then give an access token of that account (HF_TOKEN)",
            "GatedRepo" => $"{model}: is gated, and the account of your token has not been let in: accept its terms at {page} and wait until its owners agree",
            "RevisionNotFound" => $"{model}: has no revision '{model.RevisionOrMain}'; see {page}/tree/main for its branches and tags",
            "EntryNotFound" => $"{what}: the hub has no such file at this revision; run the command again",
            "DisabledRepo" => $"{model}: has been disabled on the hub{Said(answer)}",
            _ => answer.StatusCode switch
            {
                // Without a token the hub answers 401 for what does not exist, so as not to tell private names.
                HttpStatusCode.Unauthorized when settings.Token is null => $"{model}: there is no such model at {settings.Endpoint}, or it is private or gated: check the name; where you have access, give a token (HF_TOKEN)",
                HttpStatusCode.Unauthorized => $"{model}: the hub refuses the access token (HF_TOKEN or its file): it is wrong or expired; make a new one in the hub's settings",
                HttpStatusCode.Forbidden when settings.Token is null => $"{what}: the hub forbids this without an access token: accept the model's terms at {page} if it has any, then set HF_TOKEN{Said(answer)}",
                HttpStatusCode.Forbidden => $"{what}: the hub forbids this to the account of your token: ask for access at {page}, or use a token with read rights{Said(answer)}",
                HttpStatusCode.NotFound when file is not null => $"{what}: the hub has no such file at this revision; run the command again",
                HttpStatusCode.NotFound => $"{model}: there is no such model or revision at {settings.Endpoint}{(settings.Token is null ? ", or it is private (then give a token: HF_TOKEN)" : ", or your token may not see it")}: check the name",
                _ => $"{what}: the hub answers {status} {answer.ReasonPhrase}{Said(answer)}",
            },
        });
    }

    private static HubTransientException Passing(HttpResponseMessage answer, HubModelName model, string? file, HubSettings settings, DateTimeOffset now)
    {
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => UntilReset(Header(answer, "RateLimit")),
        };
        var subject = file is null ? $"{model}" : $"{model}: {file}";
        var what = answer.StatusCode == HttpStatusCode.TooManyRequests ? "the hub has had too many requests from here (429)" : $"the hub cannot answer now ({(int)answer.StatusCode} {answer.ReasonPhrase})";
        var advice = wait > settings.LongestRetryAfter ? $"; it asks to wait {wait.Value.TotalSeconds:F0} s: run the same command then, it goes on where it stopped" : settings.Token is null && answer.StatusCode == HttpStatusCode.TooManyRequests ? "; an access token (HF_TOKEN) raises the limit" : "";
        return new HubTransientException($"{subject}: {what}{advice}", retryAfter: wait);
    }

    // The public hub says it so: "api";r=0;t=55, t in seconds until requests are counted anew.
    private static TimeSpan? UntilReset(string? limit)
    {
        foreach (var part in (limit ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal) && int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
        }

        return null;
    }

    private static string Said(HttpResponseMessage answer) => Header(answer, "X-Error-Message") is { } message ? $" (it says {FileErrors.Quote(message)})" : "";

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
