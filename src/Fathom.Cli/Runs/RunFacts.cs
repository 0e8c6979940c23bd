using Fathom.Cli.Machine;
using Fathom.Cli.Models;
using Fathom.Reports;

namespace Fathom.Cli.Runs;

/// <summary>Settings and hashes as reports list them.</summary>
internal static class RunFacts
{
    public static IReadOnlyList<ReportFact> Settings(ModelSession session, PromptEncoder prompts, int newTokens, ulong seed) =>
    [
        new("model", session.Name),
        new("prompt", prompts.Spoken),
        new("tokens generated at most", $"{newTokens}"),
        new("seed", $"{seed}"),
        new("fathom", MachineJson.ToolVersion),
    ];

    public static IReadOnlyList<ReportFact> Hashes(IEnumerable<FileHash> files) =>
        [.. files.Select(file => new ReportFact(Path.GetFileName(file.Path), "sha256:" + file.Sha256))];
}
