using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Runs;

/// <summary>Scores and verdicts for people: a row a sample, then why the strangest were flagged.</summary>
internal static class ScoreText
{
    private const int LongestText = 70;
    private const int Explained = 5;
    private const int TokensNamed = 4;

    public static void Write(TextWriter output, Terminal terminal, string report, FittedDetectorSet detectors, ScoreRun run)
    {
        var lead = detectors.Lead.Name;
        var table = new TextTable(">sample", ">" + lead, ">p-value", "verdict", ">detectors saying out", "question");
        for (var i = 0; i < run.Lines.Count; i++)
        {
            var outside = run.Lines[i]["outside"]!.AsObject();
            table.Row(
                ((int)run.Lines[i]["index"]!).ToString(CultureInfo.InvariantCulture),
                TextTable.Cell(run.Verdicts[i].Score),
                run.Verdicts[i].PValue is { } p ? TextTable.Cell(p) : "-",
                run.Verdicts[i].IsOutside switch { true => "OUT", false => "in", null => "-" },
                $"{outside.Count(pair => (bool?)pair.Value == true)} of {outside.Count}",
                Short((string)run.Lines[i]["text"]!));
        }

        table.Write(output, terminal);
        var flagged = run.Flagged;
        foreach (var (index, _) in flagged.Take(Explained))
        {
            if (Why(run.Lines[index]["why"]!.AsObject()) is { Length: > 0 } why) output.WriteLine($"sample {index}: {why}");
        }

        if (run.Drift is not null) output.WriteLine(run.Drift.Spoken());
        if (detectors.Thresholds.TryGetValue(lead, out var threshold))
        {
            output.WriteLine($"{flagged.Count} of {run.Lines.Count} outside; threshold of {lead}: {TextTable.Cell(threshold.Value)} ({GuardText.Ground(threshold)}); report: {report}");
        }
    }

    private static string Why(JsonObject why)
    {
        var parts = new List<string>();
        if (why["neighbours"] is JsonArray { Count: > 0 } neighbours)
        {
            var near = neighbours[0]!;
            parts.Add($"nearest known: {((string?)near["text"] is { } text ? $"'{Short(text)}'" : $"sample {near["index"]} of the fit data")} ({TextTable.Cell((double)near["similarity"]!)})");
        }

        if (why["tokens"] is JsonArray tokens)
        {
            var most = tokens.Where(token => (double)token!["fall"]! > 0).OrderByDescending(token => (double)token!["fall"]!).Take(TokensNamed)
                .Select(token => $"'{Short((string)token!["text"]!)}' {TextTable.Cell((double)token["fall"]!)}").ToArray();
            parts.Add(most.Length > 0 ? $"tokens at fault: {string.Join(", ", most)}" : "no single token is at fault");
        }

        return string.Join("; ", parts);
    }

    private static string Short(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 3), "...");
    }
}
