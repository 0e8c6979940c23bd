using System.Text.Json.Nodes;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>How a run of the tool ended.</summary>
public sealed record ProcessResult(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one JSON object it must be.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();

    /// <summary>Fails unless the run ended well; the message shows what it said.</summary>
    public ProcessResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit {ExitCode}\n{Error}\n{Out}");
        return this;
    }

    /// <summary>Fails unless the run ended with this code and exactly one line that starts with "error: " and holds every part.</summary>
    public void FailedWith(int exitCode, params string[] parts)
    {
        Assert.True(ExitCode == exitCode, $"exit {ExitCode}, expected {exitCode}\n{Error}\n{Out}");
        var line = Assert.Single(Error.Split('\n'), candidate => candidate.StartsWith("error: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("a defect", line, StringComparison.Ordinal);
        foreach (var part in parts)
        {
            Assert.Contains(part, line, StringComparison.OrdinalIgnoreCase);
        }
    }
}
