namespace Fathom.Reports.Tests;

/// <summary>
/// Compares a drawing with the one a person has looked at and approved. With <c>FATHOM_APPROVE=1</c> the new one is taken as approved.
/// </summary>
internal static class Approved
{
    public static void Matches(string name, string actual)
    {
        var path = Path.Combine(SharedFolder.RepositoryRoot, "tests", "Fathom.Reports.Tests", "golden", name);
        actual = string.Join('\n', actual.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)) + "\n";
        if (Environment.GetEnvironmentVariable("FATHOM_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"no approved drawing '{path}'; run once with FATHOM_APPROVE=1 and look at it");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
