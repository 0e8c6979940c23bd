namespace Fathom.Models.Generation;

/// <summary>Passes text on as it comes, holding back what may be the beginning of a stop string.</summary>
internal sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a stop string was met; nothing comes after it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes more text and gives what is certain to stand before any stop string.</summary>
    public string Append(string text)
    {
        if (Stopped || text.Length == 0) return "";
        if (stops.Count == 0) return text;
        var all = _held + text;
        var first = -1;
        foreach (var stop in stops)
        {
            var at = all.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }

        if (first >= 0)
        {
            Stopped = true;
            _held = "";
            return all[..first];
        }

        var keep = stops.Max(stop => BeginningAtEnd(all, stop));
        _held = all[^keep..];
        return all[..^keep];
    }

    /// <summary>What was held back, at the end.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    private static int BeginningAtEnd(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length))) return length;
        }

        return 0;
    }
}
