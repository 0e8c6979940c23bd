using Fathom.Insight.Detection;
using Fathom.Insight.Tests.Detection;

namespace Fathom.Insight.Tests;

/// <summary>The code in docs/detectors.md compiles and runs: it is this file's.</summary>
public sealed class DocsSampleTests
{
    [Fact]
    public void TheSampleInTheDocsIsTheOneThatRuns()
    {
        var folder = Directory.CreateTempSubdirectory("fathom-docs-").FullName;
        var path = Path.Combine(folder, "guard.fathom");
        var output = new StringWriter();
        Run(path, output);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(9, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var docs = Lines(Path.Combine(SharedFolder.RepositoryRoot, "docs", "detectors.md"), "```csharp", "```");
        var here = Lines(Path.Combine(SharedFolder.RepositoryRoot, "tests", "Fathom.Insight.Tests", "DocsSampleTests.cs"), "// docs", "// end");
        Assert.Equal(docs, here.Select(line => line.Replace("(path)", "(\"guard.fathom\")", StringComparison.Ordinal).Replace("output.WriteLine", "Console.WriteLine", StringComparison.Ordinal)));
    }

    private static void Run(string path, StringWriter output)
    {
        var traces = TraceFactory.Many(40, 1);
        var heldOut = TraceFactory.Many(40, 3);
        var trace = TraceFactory.Many(1, 2)[0];
        var origin = TraceFactory.Origin;
        var modelFingerprint = origin.ModelFingerprint;

        // docs
        var options = new CalibrationOptions { Rule = ThresholdRule.Conformal, TextCharacters = 160 };
        var detectors = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv,msp,cosine"), origin, traces, options, new CalibrationData { HeldOut = heldOut });
        detectors.WithLead("cosine").Save(path);

        // In the application:
        var guard = FittedDetectorSet.Load(path);
        guard.EnsureModel(modelFingerprint);
        Verdict verdict = guard.Judge(trace);

        output.WriteLine($"{verdict.Detector}: {verdict.Score}, outside: {verdict.IsOutside}, p-value: {verdict.PValue}");
        foreach (var (name, score) in guard.Score(trace))
        {
            output.WriteLine($"{name} {score} {guard.PValue(name, score)} {(guard.IsOutside(name, score) ? "outside" : "inside")}");
        }

        Explanation why = guard["tv0"].Explain(trace);
        IReadOnlyList<Neighbour> nearest = guard.Nearest(trace);
        // end
        Assert.NotEmpty(why.Contributions);
        Assert.StartsWith("question", nearest[0].Text, StringComparison.Ordinal);
    }

    private static string[] Lines(string file, string first, string last) =>
        [.. File.ReadLines(file).Select(line => line.Trim()).SkipWhile(line => line != first).Skip(1).TakeWhile(line => line != last).Where(line => line.Length > 0)];
}
