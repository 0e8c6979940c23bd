namespace Fathom.Models.Tracing;

/// <summary>The names of dropout sites in files and on the command line, separated by commas.</summary>
public static class DropoutSiteNames
{
    private static readonly (DropoutSites Site, string Name)[] All =
    [
        (DropoutSites.Embeddings, "embeddings"),
        (DropoutSites.Attention, "attention"),
        (DropoutSites.FeedForward, "feed_forward"),
    ];

    /// <summary>The names of these sites, for example <c>embeddings,feed_forward</c>.</summary>
    public static string NameOf(DropoutSites sites) => string.Join(',', All.Where(entry => sites.HasFlag(entry.Site)).Select(entry => entry.Name));

    /// <summary>The sites of a list of names.</summary>
    /// <exception cref="FathomException">A name is unknown (the message lists those there are), or there is none.</exception>
    public static DropoutSites Parse(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var sites = DropoutSites.None;
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var site = Array.Find(All, entry => entry.Name == name).Site;
            if (site == DropoutSites.None) throw new FathomException($"unknown dropout site '{name}'; known are {NameOf(DropoutSites.All)}");
            sites |= site;
        }

        return sites != DropoutSites.None ? sites : throw new FathomException($"no dropout site is named; known are {NameOf(DropoutSites.All)}");
    }
}
