namespace Fathom.EndToEnd.Tests.Documentation;

public sealed class DocumentationTests
{
    private const string Fence = "```";

    /// <summary>Every block of C# in the docs stands in <see cref="DocumentationSamples"/>, which compiles.</summary>
    [Fact]
    public void EverySampleCompiles()
    {
        var samples = Lines(File.ReadAllText(Path.Combine(SharedFolder.RepositoryRoot, "tests/Fathom.EndToEnd.Tests/Documentation/DocumentationSamples.cs")));
        var seen = 0;
        string[] pages = [Path.Combine(SharedFolder.RepositoryRoot, "README.md"), .. Directory.GetFiles(Path.Combine(SharedFolder.RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        foreach (var page in pages)
        {
            foreach (var block in Blocks(File.ReadAllText(page)))
            {
                Assert.True(samples.Contains("\n" + Lines(block).Trim() + "\n", StringComparison.Ordinal), $"{page}: this sample is not among those that are compiled; put it into DocumentationSamples.cs:\n{block}");
                seen++;
            }
        }

        Assert.True(seen >= 15, $"only {seen} samples were found");
    }

    private static IEnumerable<string> Blocks(string text)
    {
        var parts = text.ReplaceLineEndings("\n").Split("\n" + Fence);
        return parts.Where(part => part.StartsWith("csharp\n", StringComparison.Ordinal)).Select(part => part["csharp\n".Length..]);
    }

    // Without indentation, empty lines, and the directives that stand at the head of a file.
    private static string Lines(string text) => "\n" + string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())
        .Where(line => line.Length > 0 && !line.StartsWith("using Fathom", StringComparison.Ordinal))) + "\n";
}
