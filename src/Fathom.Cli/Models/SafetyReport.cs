using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Formats;

namespace Fathom.Cli.Models;

/// <summary>What <c>model inspect</c> says of a model's files besides their numbers: what opening them could do, and the licence.</summary>
internal sealed class SafetyReport
{
    private const int LongestCard = 1 << 20;
    private readonly IReadOnlyList<FileVerdict> _verdicts;

    private SafetyReport(IReadOnlyList<FileVerdict> verdicts, string? license)
    {
        _verdicts = verdicts;
        License = license;
    }

    /// <summary>The licence that the model's card or its metadata names, or null.</summary>
    public string? License { get; }

    /// <summary>Whether no file is damaged or carries code.</summary>
    public bool IsSafe => _verdicts.All(verdict => verdict.Danger is FileDanger.None or FileDanger.NotExamined);

    /// <summary>One line for people.</summary>
    public string Spoken => _verdicts.Count == 0
        ? "no file of a kind that is examined"
        : IsSafe
        ? _verdicts.Any(verdict => verdict.Danger == FileDanger.NotExamined) ? $"nothing that carries code; not examined: {string.Join(", ", _verdicts.Where(verdict => verdict.Danger == FileDanger.NotExamined).Select(verdict => verdict.Name))}" : "every file holds data only and keeps the rules of its format"
        : string.Join("; ", _verdicts.Where(verdict => verdict.Danger is FileDanger.Code or FileDanger.Damaged).Select(verdict => $"{verdict.Name} {(verdict.Danger == FileDanger.Code ? "CAN RUN CODE in other programs" : "IS DAMAGED")}: {string.Join(", ", verdict.Findings.Take(4))}"));

    /// <summary>Examines a model's files.</summary>
    public static SafetyReport Of(string location) => new(FileSafety.Of(location), LicenseOf(location));

    /// <summary>Adds <c>safe</c>, <c>safety</c> and <c>license</c> to a result.</summary>
    public void AddTo(JsonObject result)
    {
        result["safe"] = IsSafe;
        result["safety"] = new JsonArray([.. _verdicts.Select(verdict => (JsonNode)new JsonObject
        {
            ["file"] = verdict.Name,
            ["format"] = verdict.Format,
            ["danger"] = verdict.Danger switch { FileDanger.None => "none", FileDanger.Damaged => "damaged", FileDanger.Code => "code", _ => "not_examined" },
            ["findings"] = JsonText.Texts(verdict.Findings),
        })]);
        result["license"] = License;
    }

    private static string? LicenseOf(string location)
    {
        if (File.Exists(location)) return location.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? OfGguf(location) : null;
        var card = Path.Combine(location, "README.md");
        if (File.Exists(card) && new FileInfo(card).Length <= LongestCard) return OfCard(File.ReadLines(card));
        var ggufs = Directory.GetFiles(location, "*.gguf");
        return ggufs.Length == 1 ? OfGguf(ggufs[0]) : null;
    }

    // The card begins with YAML between two lines of dashes.
    private static string? OfCard(IEnumerable<string> lines)
    {
        var license = lines.Skip(1).TakeWhile(line => line.TrimEnd() != "---").FirstOrDefault(line => line.StartsWith("license:", StringComparison.Ordinal));
        return lines.FirstOrDefault()?.TrimEnd() == "---" ? license?["license:".Length..].Trim().Trim('"', '\'') : null;
    }

    private static string? OfGguf(string path)
    {
        try
        {
            using var file = GgufFile.Open(path);
            return file.Metadata.String("general.license", null);
        }
        catch (FathomException)
        {
            // The verdict on the file says what is wrong with it.
            return null;
        }
    }
}
