using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Reporting;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Models.Tracing;
using Fathom.Reports;

namespace Fathom.Cli.Runs;

/// <summary>
/// The steps of an evaluation: trace and fit the in-distribution set, then trace and score each other set and write the report
/// anew. Traces are kept in the folder; everything after them is computed again on a resume, from the same bits.
/// </summary>
internal sealed class EvaluationRun(
    VerbContext context,
    ModelSession session,
    RunFolder folder,
    TraceJob job,
    PromptEncoder prompts,
    IReadOnlyList<DetectorDefinition> definitions,
    IReadOnlyList<SampleSet> sets,
    EvaluationOptions options,
    string verb = "ood evaluate",
    GuardLead? lead = null)
{
    private const int StrangeQuestions = 20;
    private readonly List<ScoredSet> _oodSets = [];
    private readonly List<JsonObject> _lines = [];

    /// <summary>The lines of <c>samples.jsonl</c>, those fitted on among them.</summary>
    public IReadOnlyList<JsonObject> Lines => _lines;

    /// <summary>Runs to the end, or to where the person stops it.</summary>
    public EvaluationResult Run()
    {
        var total = sets.Sum(set => set.Samples.Count);
        using var progress = context.StartProgress(verb, "samples", total);
        EvaluationReport? report = null;
        try
        {
            report = Frame(ReportState.Running, total, $"running {sets[0].Name}");
            WriteReport(report);
            var split = IdSplit.Of(sets[0].Samples.Count);
            FittedDetectorSet detectors;
            ScoredSet idTest;
            ScoredSet idFit;
            Strangest strangest;
            using (var store = Trace(sets[0], progress))
            {
                detectors = DetectorFitter.FitCalibrated(definitions, session.Origin(prompts, context.Get(DataFlags.TextField), job.NewTokens, job.ClassTokens, context.Get(DataFlags.Trim)), store.Read().Where(trace => split.IsFit(trace.Index)));
                if (lead is not null) detectors = detectors.WithLead(lead.Detector, lead.Reason);
                detectors.Save(folder.PathOf("detectors.fathom"));
                (idTest, idFit) = (new ScoredSet(sets[0].Name, detectors), new ScoredSet(sets[0].Name, detectors));
                strangest = new Strangest(detectors, StrangeQuestions);
                foreach (var trace in store.Read())
                {
                    var fit = split.IsFit(trace.Index);
                    var scores = fit ? idFit.AddFitSample(trace) : idTest.Add(trace, Correct(sets[0], trace));
                    Keep(trace, scores, sets[0], fit ? "fit" : "test");
                    if (!fit)
                    {
                        strangest.Add(trace, Lead(scores, strangest), sets[0].Name, inDistribution: true);
                    }
                }
            }

            EvaluationResult? result = null;
            foreach (var set in sets.Skip(1))
            {
                using var store = Trace(set, progress);
                var scored = new ScoredSet(set.Name, detectors);
                foreach (var trace in store.Read())
                {
                    var scores = scored.Add(trace, Correct(set, trace));
                    Keep(trace, scores, set, "ood");
                    strangest.Add(trace, Lead(scores, strangest), set.Name);
                }

                _oodSets.Add(scored);
                result = new Evaluator(options).Evaluate(idTest, _oodSets, detectors, idFit);
                result = result with { Warnings = [.. BlanksControl.Warnings(sets), .. result.Warnings] };
                var last = _oodSets.Count == sets.Count - 1;
                var next = last ? "" : $"running {sets[_oodSets.Count + 1].Name}";
                report = EvaluationReportBuilder.Build(Frame(last ? ReportState.Complete : ReportState.Running, total, next), detectors, result, idTest, _oodSets, strangest);
                WriteReport(report);
                folder.Checkpoint();
            }

            folder.WriteLines("samples.jsonl", _lines);
            return result!;
        }
        catch (OperationCanceledException)
        {
            folder.Checkpoint();
            WriteReport((report ?? Frame(ReportState.Stopped, total, "")) with { Progress = new ReportProgress(job.Counter.Samples, total, ReportState.Stopped) });
            throw;
        }
    }

    private static double Lead(IReadOnlyList<KeyValuePair<string, double>> scores, Strangest strangest) =>
        scores.First(score => score.Key == strangest.Detector).Value;

    private static bool? Correct(SampleSet set, Trace trace) =>
        set.Samples[trace.Index].Answer is { } answer ? BinaryMatch.Contains(trace.Output, answer) : null;

    private TraceStore Trace(SampleSet set, Progress progress)
    {
        var store = job.OpenStore(folder.PathOf(Path.Combine("traces", set.Name)), set, prompts);
        try
        {
            job.Run(set, store, progress);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void Keep(Trace trace, IReadOnlyList<KeyValuePair<string, double>> scores, SampleSet set, string role)
    {
        var line = new JsonObject { ["set"] = set.Name, ["role"] = role };
        foreach (var (name, value) in SampleJson.Of(trace, scores))
        {
            line[name] = value?.DeepClone();
        }

        if (Correct(set, trace) is { } correct) line["correct"] = correct;
        _lines.Add(line);
    }

    private EvaluationReport Frame(ReportState state, int total, string activity) => new()
    {
        Title = $"Out-of-distribution detectors on {session.Name}",
        InDistributionName = sets[0].Name,
        Progress = new ReportProgress(job.Counter.Samples, total, state, "questions", activity),
        Settings = RunFacts.Settings(session, prompts, job.NewTokens, options.Seed),
        Hashes = RunFacts.Hashes([.. session.Files, .. sets.Select(set => set.File)]),
    };

    private void WriteReport(EvaluationReport report) =>
        ReportRenderer.WriteAsync(folder.PathOf("report.html"), report).GetAwaiter().GetResult();
}
