using System.Globalization;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Quickstart;

/// <summary>What the quickstart prints for people.</summary>
internal sealed class QuickstartText(TextWriter output, Terminal terminal)
{
    private const int LongestAnswer = 90;

    /// <summary>Writes the whole.</summary>
    public void Write(ModelSession session, QuickstartAnswers answers, EvaluationResult result, IReadOnlyList<string> meaning, string report, string next)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{session.Name}, a model of {session.Model.ParameterCount / 1e6:F1} million parameters, answers:"));
        output.WriteLine();
        foreach (var example in answers.Examples) WriteExample(example);
        output.WriteLine("How many problems it solves:");
        var solved = new TextTable("set", "what it is", ">problems", ">right");
        foreach (var set in answers.Accuracy) solved.Row(set.Set, Says(set.Set), set.Problems.ToString(CultureInfo.InvariantCulture), set.Share.ToString("P0", CultureInfo.InvariantCulture));
        solved.Write(output, terminal);
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Detectors, fitted on {result.FitCount} problems of its own kind, tell {result.TestCount} others from the near sets (steps, numbers, wording) and the far sets (topics, languages, code)."));
        output.WriteLine();
        output.WriteLine("AUROC: 1 is perfect, 0.5 is a coin");
        WriteDetectors(result, row => row.Metrics.Auroc, row => row.Length.LengthAuroc);
        output.WriteLine();
        output.WriteLine("FPR95: share of the set that passes where 95 % of its own problems do");
        WriteDetectors(result, row => row.Metrics.Fpr95);
        output.WriteLine();
        foreach (var sentence in meaning) output.WriteLine(sentence);
        output.WriteLine();
        output.WriteLine($"Report: {report}");
        output.WriteLine($"Next:   {next}");
    }

    private void WriteExample(AnsweredQuestion example)
    {
        var answer = example.Output.ReplaceLineEndings(" ");
        if (answer.Length > LongestAnswer) answer = answer[..LongestAnswer] + "…";
        output.WriteLine($"  [{example.Set}] {example.Question}");
        output.WriteLine($"  -> {answer}{(example.Right switch { true => "  (right)", false => "  (wrong)", null => "" })}");
        output.WriteLine();
    }

    private void WriteDetectors(EvaluationResult result, Func<ComparisonResult, double> metric, Func<ComparisonResult, double>? ofLength = null)
    {
        var sets = result.Results.Select(row => row.Set).Distinct().ToList();
        var table = new TextTable(["detector", .. sets.Select(set => ">" + set[(set.IndexOf('-', StringComparison.Ordinal) + 1)..])]);
        foreach (var detector in result.Results.GroupBy(row => row.Detector))
        {
            table.Row([detector.Key, .. detector.Select(row => TextTable.Cell(metric(row), 2))]);
        }

        // What a count of tokens reaches without any detector: the yardstick of the rows above.
        if (ofLength is not null) table.Row(["(length alone)", .. sets.Select(set => TextTable.Cell(ofLength(result.Results.First(row => row.Set == set)), 2))]);
        table.Write(output, terminal);
    }

    private static string Says(string set) => QuickstartSet.All.First(known => known.Name == set).Says;
}
