using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Fathom.Formats.Hub;

/// <summary>A model of the hub as people write it: <c>org/name</c> or <c>org/name@revision</c>; the oldest also without an owner (<c>gpt2</c>).</summary>
/// <param name="Organisation">Who owns it; empty where none was written.</param>
/// <param name="Name">Its name.</param>
/// <param name="Revision">Branch, tag or commit; null where none was written, which means <c>main</c>.</param>
public sealed partial record HubModelName(string Organisation, string Name, string? Revision)
{
    /// <summary>The revision meant where none is written.</summary>
    public const string DefaultRevision = "main";

    private const int LongestName = 96;

    /// <summary><c>org/name</c>, or <c>name</c> alone.</summary>
    public string Id => Organisation.Length == 0 ? Name : $"{Organisation}/{Name}";

    /// <summary>The revision, <c>main</c> where none was written.</summary>
    public string RevisionOrMain => Revision ?? DefaultRevision;

    /// <summary>Name of its folder in the cache. The hub allows no <c>--</c> in names, so that it is unambiguous.</summary>
    internal string FolderName => "models--" + Id.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Reads a name; nothing that it can be leads out of the cache or into another address of the hub.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubModelName? name)
    {
        name = null;
        if (text is null || text.Length > 512) return false;
        var match = Pattern().Match(text);
        if (!match.Success || match.Groups["id"].Length > LongestName || match.Groups["id"].ValueSpan.Contains("--", StringComparison.Ordinal)) return false;
        name = new HubModelName(match.Groups["org"].Value, match.Groups["name"].Value, match.Groups["revision"].Success ? match.Groups["revision"].Value : null);
        return true;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FathomException">It is none.</exception>
    public static HubModelName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FathomException($"{FileErrors.Quote(text)} is no name of a hub model; expected org/name or org/name@revision, of letters, digits, '-', '_' and '.'");

    /// <summary>As people write it.</summary>
    public override string ToString() => Revision is null ? Id : $"{Id}@{Revision}";

    // Every part starts with a letter or digit and holds no "..": nothing can lead upwards. Revisions may be paths (refs/pr/1).
    [GeneratedRegex(@"^(?<id>((?<org>[A-Za-z0-9][A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]+)*)/)?(?<name>[A-Za-z0-9][A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]+)*))(@(?<revision>[A-Za-z0-9][A-Za-z0-9_\-+]*(\.[A-Za-z0-9_\-+]+)*(/[A-Za-z0-9][A-Za-z0-9_\-+]*(\.[A-Za-z0-9_\-+]+)*)*))?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
