using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Reporting;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Reports;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood score</c>: says of every new question whether it lies outside what the detectors were fitted on.</summary>
internal static class OodScoreVerb
{
    private const int StrangeQuestions = 20;
    private const int LongestText = 70;
    private static readonly Argument<string> Detectors = new("FILE.fathom") { Description = "Detectors that 'ood fit' wrote." };
    private static readonly Option<string> Model = new("--model") { Description = "The model they were fitted on.", HelpName = "MODEL", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = CommonOptions.Out.Description, HelpName = "DIR", Required = true };

    public static Command Create(VerbHost host)
    {
        var command = new Command("score", "Score new questions with fitted detectors.")
            .With(Detectors)
            .With(Model, CommonOptions.Adapter, DataFlags.Data, Out, DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var file = context.Required(Detectors);
        var detectors = FittedDetectorSet.Load(file);
        using var session = ModelSession.Open(context.Required(Model), context);
        detectors.EnsureModel(session.Model.Fingerprint, session.Name);
        var prompts = PromptEncoder.Again(detectors.Origin.Template, detectors.Origin.TextField, context, session.Tokenizer);
        detectors.EnsureOrigin(session.Origin(prompts, detectors.Origin.TextField, detectors.Origin.MaxNewTokens, detectors.Origin.ClassTokens));
        var set = SampleSet.Read(context.Required(DataFlags.Data), context, prompts, session.Model.Config.ContextLength, detectors.Origin.MaxNewTokens, TraceJob.NeedsTextEnds(detectors.RequiredPoolings));
        var detectorFile = FileHash.Of(file, context.Stop);
        var settings = new RunSettings("ood score")
            .AddFile("detectors", detectorFile)
            .Add("model", session.Model.Fingerprint)
            .AddFile("data", set.File)
            .Add("text_field", context.Get(DataFlags.TextField))
            .Add("limit", context.Get(DataFlags.Limit));
        IReadOnlyList<FileHash> files = [.. session.Files, detectorFile, set.File];
        using var folder = RunFolder.Open(context.Required(Out), settings, files, context);
        var job = new TraceJob(context, session, detectors.RequiredPoolings, detectors.Origin.MaxNewTokens, detectors.RequiredDropout, detectors.Origin.ClassTokenIds);
        job.Announce([set], folder.FolderPath);
        context.Note($"prompt: {prompts.Spoken}");

        var scored = new ScoredSet(set.Name, detectors);
        var strangest = new Strangest(OodFlags.Lead(detectors), StrangeQuestions);
        var lines = new List<JsonObject>();
        using (var progress = context.StartProgress("ood score", "samples", set.Samples.Count))
        using (var store = job.OpenStore(folder.PathOf("traces"), set, prompts))
        {
            try
            {
                job.Run(set, store, progress);
            }
            catch (OperationCanceledException)
            {
                folder.Checkpoint();
                throw;
            }

            foreach (var trace in store.Read())
            {
                var scores = scored.Add(trace);
                strangest.Add(trace, scores.First(score => score.Key == strangest.Detector).Value);
                lines.Add(SampleJson.Of(trace, scores, detectors));
            }
        }

        folder.WriteLines("samples.jsonl", lines);
        var frame = new ScoreReport
        {
            Title = $"{set.Name}: inside or outside of what {session.Name} knows",
            Progress = new ReportProgress(set.Samples.Count, set.Samples.Count, ReportState.Complete),
            Settings = RunFacts.Settings(session, prompts, detectors.Origin.MaxNewTokens, seed: 0),
            Hashes = RunFacts.Hashes(files),
        };
        ReportRenderer.WriteAsync(folder.PathOf("report.html"), ScoreReportBuilder.Build(frame, detectors, scored, strangest)).GetAwaiter().GetResult();
        var result = Result(session, set, detectors, scored, strangest.Detector);
        folder.Finish(result, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        result["throughput"] = job.Counter.ToJson();
        context.Answer(result, output => WriteText(output, context, folder, detectors, lines, strangest.Detector));
        return ExitCodes.Done;
    }

    private static JsonObject Result(ModelSession session, SampleSet set, FittedDetectorSet detectors, ScoredSet scored, string lead) => new()
    {
        ["command"] = "ood score",
        ["model"] = session.ToJson(),
        ["set"] = set.Name,
        ["samples"] = scored.Count,
        ["lead_detector"] = lead,
        ["detectors"] = new JsonArray([.. detectors.Names.Select(name =>
        {
            var scores = scored.Scores(name);
            var hasThreshold = detectors.Thresholds.TryGetValue(name, out var threshold);
            var outside = hasThreshold ? scores.Count(score => detectors.IsOutside(name, score)) : (int?)null;
            return (JsonNode)new JsonObject
            {
                ["detector"] = name,
                ["threshold"] = hasThreshold ? JsonText.Number(threshold!.Value) : null,
                ["level"] = threshold?.Level,
                ["outside"] = outside,
                ["outside_share"] = outside is { } count ? JsonText.Number((double)count / scored.Count) : null,
                ["mean"] = JsonText.Number(scores.Average()),
            };
        })]),
    };

    private static void WriteText(TextWriter output, VerbContext context, RunFolder folder, FittedDetectorSet detectors, List<JsonObject> lines, string lead)
    {
        var table = new TextTable(">sample", ">" + lead, "verdict", ">detectors saying out", "question");
        foreach (var line in lines)
        {
            var outside = line["outside"]!.AsObject();
            var text = (string)line["text"]!;
            table.Row(
                ((int)line["index"]!).ToString(CultureInfo.InvariantCulture),
                TextTable.Cell((double?)line["scores"]![lead] ?? double.NaN),
                (bool?)outside[lead] switch { true => "OUT", false => "in", null => "-" },
                $"{outside.Count(pair => (bool?)pair.Value == true)} of {outside.Count}",
                text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 3), "..."));
        }

        table.Write(output, context.Terminal);
        if (detectors.Thresholds.TryGetValue(lead, out var threshold))
        {
            output.WriteLine($"threshold of {lead}: {TextTable.Cell(threshold.Value)} ({threshold.Level:P0} of {threshold.CalibrationCount} held-out in-distribution scores lie below); report: {folder.PathOf("report.html")}");
        }
    }
}
