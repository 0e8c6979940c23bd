using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Reporting;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Reports;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood score</c>: says of every new question whether it lies outside what the detectors were fitted on.</summary>
internal static class OodScoreVerb
{
    private static readonly Argument<string> Detectors = new("FILE.fathom") { Description = "Detectors that 'ood fit' wrote." };
    private static readonly Option<string> Model = new("--model") { Description = "The model they were fitted on.", HelpName = "MODEL", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = CommonOptions.Out.Description, HelpName = "DIR", Required = true };

    public static Command Create(VerbHost host)
    {
        var command = new Command("score", "Score new questions with fitted detectors.")
            .With(Detectors)
            .With(Model, CommonOptions.Adapter, DataFlags.Data, Out, DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit)
            .With(WhyFlags.Why, WhyFlags.Limit, DriftFlags.Drift, DriftFlags.Rate)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        if (context.Has(WhyFlags.Limit) && context.Get(WhyFlags.Why) is null) throw new UsageException($"{WhyFlags.Limit.Name} is for {WhyFlags.Why.Name} tokens, which is not asked for");
        var drift = DriftFlags.OptionsOf(context);
        var file = context.Required(Detectors);
        var detectors = FittedDetectorSet.Load(file);
        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = Prompts(context, session, detectors);
        var set = SampleSet.Read(context.Required(DataFlags.Data), context, prompts, session.Model.Config.ContextLength, detectors.Origin.MaxNewTokens, TraceJob.NeedsTextEnds(detectors.RequiredPoolings), detectors.GroupField, trim: detectors.Origin.Trimmed);
        var detectorFile = FileHash.Of(file, context.Stop);
        var settings = new RunSettings("ood score")
            .AddFile("detectors", detectorFile)
            .Add("model", session.Model.Fingerprint)
            .AddFile("data", set.File)
            .Add("text_field", context.Get(DataFlags.TextField))
            .Add("limit", context.Get(DataFlags.Limit));
        if (context.Get(WhyFlags.Why) is { } why) settings.Add("why", why).Add("why_limit", context.Get(WhyFlags.Limit) ?? WhyFlags.DefaultLimit);
        if (drift is not null) settings.Add("drift", drift.FalseAlarmRate);
        IReadOnlyList<FileHash> files = [.. session.Files, detectorFile, set.File];
        using var folder = RunFolder.Open(context.Required(Out), settings, files, context);
        var job = new TraceJob(context, session, detectors.RequiredPoolings, detectors.Origin.MaxNewTokens, detectors.RequiredDropout, detectors.Origin.ClassTokenIds);
        job.Announce([set], folder.FolderPath);
        context.Note($"prompt: {prompts.Spoken}");
        var run = new ScoreRun(context, session, folder, job, prompts, detectors, set);
        run.Run();
        folder.WriteLines("samples.jsonl", run.Lines);
        var frame = new ScoreReport
        {
            Title = $"{set.Name}: inside or outside of what {session.Name} knows",
            Progress = new ReportProgress(set.Samples.Count, set.Samples.Count, ReportState.Complete),
            Settings = RunFacts.Settings(session, prompts, detectors.Origin.MaxNewTokens, seed: 0),
            Hashes = RunFacts.Hashes(files),
        };
        ReportRenderer.WriteAsync(folder.PathOf("report.html"), ScoreReportBuilder.Build(frame, detectors, run)).GetAwaiter().GetResult();
        var result = Result(session, set, detectors, run);
        folder.Finish(result, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        result["throughput"] = job.Counter.ToJson();
        foreach (var warning in ScoreReportBuilder.Warnings(detectors, run)) context.Note("warning: " + warning);
        context.Answer(result, output => ScoreText.Write(output, context.Terminal, folder.PathOf("report.html"), detectors, run));
        return ExitCodes.Done;
    }

    // The prompt the detectors were fitted with; another model, adapter or template is refused.
    private static PromptEncoder Prompts(VerbContext context, ModelSession session, FittedDetectorSet detectors)
    {
        try
        {
            detectors.EnsureModel(session.Model.Fingerprint, session.Name, session.AdapterFingerprint);
            var prompts = PromptEncoder.Again(detectors.Origin.Template, detectors.Origin.TextField, context, session.Tokenizer);
            detectors.EnsureOrigin(session.Origin(prompts, detectors.Origin.TextField, detectors.Origin.MaxNewTokens, detectors.Origin.ClassTokens));
            return prompts;
        }
        catch (FathomException failure)
        {
            throw new FathomException($"{context.Required(Detectors)}: {failure.Message}", failure);
        }
    }

    private static JsonObject Result(ModelSession session, SampleSet set, FittedDetectorSet detectors, ScoreRun run)
    {
        var json = new JsonObject
        {
            ["command"] = "ood score",
            ["model"] = session.ToJson(),
            ["set"] = set.Name,
            ["samples"] = run.Scored.Count,
            ["lead_detector"] = detectors.Lead.Name,
            ["outside"] = run.Flagged.Count,
            ["detectors"] = new JsonArray([.. detectors.Names.Select(name => (JsonNode)DetectorJson(detectors, run, name))]),
        };
        if (run.Drift is not null) json["drift"] = run.Drift.ToJson();
        if (detectors.GroupField.Length > 0)
        {
            json["group_field"] = detectors.GroupField;
            json["groups_without_threshold"] = new JsonArray([.. run.StrayGroups.Select(pair => (JsonNode)new JsonObject { ["group"] = pair.Key.Length > 0 ? pair.Key : null, ["samples"] = pair.Value })]);
        }

        return json;
    }

    private static JsonObject DetectorJson(FittedDetectorSet detectors, ScoreRun run, string name)
    {
        var threshold = detectors.ThresholdOf(name);
        var outside = threshold is null ? (int?)null : run.Lines.Count(line => (bool?)line["outside"]![name] == true);
        return new JsonObject
        {
            ["detector"] = name,
            ["threshold"] = threshold is null ? null : JsonText.Number(threshold.Value),
            ["level"] = threshold?.Level,
            ["outside"] = outside,
            ["outside_share"] = outside is { } count ? JsonText.Number((double)count / run.Scored.Count) : null,
            ["mean"] = JsonText.Number(run.Scored.Scores(name).Average()),
        };
    }
}
