namespace Fathom.Testing;

/// <summary>
/// Finds reference material: first what is committed under <c>tests/golden</c>, then the workplace's <c>shared</c> folder
/// (environment variable <c>FATHOM_SHARED</c>, or a folder <c>shared</c> beside the repository), which may be absent.
/// </summary>
public static class SharedFolder
{
    /// <summary>Root of the repository the tests run from.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>The shared folder, or <see langword="null"/> when this machine has none.</summary>
    public static string? Root { get; } = FindShared();

    /// <summary>Full path of a file or folder below <c>shared</c>; throws when it is absent (use <see cref="SharedFactAttribute"/>).</summary>
    public static string Path(string relative) =>
        TryPath(relative) ?? throw new InvalidOperationException($"'{relative}' is not below the shared folder; mark the test [SharedFact].");

    /// <summary>Full path of a file or folder below <c>shared</c>, or <see langword="null"/>.</summary>
    public static string? TryPath(string relative)
    {
        if (Root is null)
        {
            return null;
        }

        var path = System.IO.Path.Combine(Root, relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>Full path of a committed file or folder below <c>tests/golden</c>.</summary>
    public static string Golden(string relative) => System.IO.Path.Combine(RepositoryRoot, "tests", "golden", relative);

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Fathom.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Tests must run from within the repository (Fathom.slnx not found above the test assembly).");
    }

    private static string? FindShared()
    {
        var named = Environment.GetEnvironmentVariable("FATHOM_SHARED");
        var candidate = string.IsNullOrEmpty(named) ? System.IO.Path.Combine(RepositoryRoot, "..", "shared") : named;
        return Directory.Exists(candidate) ? System.IO.Path.GetFullPath(candidate) : null;
    }
}
