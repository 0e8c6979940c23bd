using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Reporting;
using Fathom.Cli.Runs;
using Fathom.Insight.Diagnosis;
using Fathom.Models.Tracing;
using Fathom.Reports;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom ood diagnose</c>: measures what the papers claim of models, known questions and unknown ones.</summary>
internal static class OodDiagnoseVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<string> Id = new("--id") { Description = "Data the model is meant for.", HelpName = "FILE", Required = true };
    private static readonly Option<string[]> Ood = new("--ood") { Description = "Data of another kind; may be given several times, or not at all.", HelpName = "FILE" };
    private static readonly Option<string> Out = new("--out") { Description = CommonOptions.Out.Description, HelpName = "DIR", Required = true };

    public static Command Create(VerbHost host)
    {
        var command = new Command("diagnose", "Measure how the model treats what it knows and what it does not.")
            .With(Model)
            .With(CommonOptions.Adapter)
            .With(Id, Ood, Out, PromptFlags.Template, PromptFlags.MaxNewTokens)
            .With(DataFlags.TextField, DataFlags.LabelField, DataFlags.AnswerField, DataFlags.Limit)
            .With(CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        using var session = ModelSession.Open(context.Required(Model), context);
        var prompts = PromptEncoder.Of(context, session.Tokenizer);
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var sets = SampleSet.ReadAll([context.Required(Id), .. context.Get(Ood) ?? []], context, prompts, session.Model.Config.ContextLength, newTokens);
        var settings = new RunSettings("ood diagnose")
            .Add("model", session.Model.Fingerprint)
            .AddFile("id", sets[0].File)
            .Add("ood", new JsonArray([.. sets.Skip(1).Select(set => (JsonNode)new JsonObject { ["name"] = set.Name, ["sha256"] = set.File.Sha256 })]))
            .Add("template", prompts.Description)
            .Add("max_new_tokens", newTokens)
            .Add("text_field", context.Get(DataFlags.TextField))
            .Add("limit", context.Get(DataFlags.Limit));
        IReadOnlyList<FileHash> files = [.. session.Files, .. sets.Select(set => set.File)];
        using var folder = RunFolder.Open(context.Required(Out), settings, files, context);
        var job = new TraceJob(context, session, [Pooling.OutputPredictive, Pooling.PromptLast], newTokens);
        job.Announce(sets, folder.FolderPath);
        context.Note($"prompt: {prompts.Spoken}");
        var result = Diagnose(context, session, folder, job, prompts, sets);
        var frame = new DiagnosisReport
        {
            Title = $"How {session.Name} treats what it knows and what it does not",
            Progress = new ReportProgress(job.Counter.Samples, job.Counter.Samples, ReportState.Complete),
            Settings = RunFacts.Settings(session, prompts, newTokens, seed: 0),
            Hashes = RunFacts.Hashes(files),
        };
        ReportRenderer.WriteAsync(folder.PathOf("report.html"), DiagnosisReportBuilder.Build(frame, result)).GetAwaiter().GetResult();
        var json = new JsonObject { ["command"] = "ood diagnose", ["model"] = session.ToJson() };
        foreach (var (name, value) in result.ToJson())
        {
            json[name] = value?.DeepClone();
        }

        folder.Finish(json, new JsonObject { ["throughput"] = job.Counter.ToJson() });
        json["throughput"] = job.Counter.ToJson();
        context.Answer(json, output => WriteText(output, context, folder, result));
        return ExitCodes.Done;
    }

    private static DiagnosisResult Diagnose(VerbContext context, ModelSession session, RunFolder folder, TraceJob job, PromptEncoder prompts, IReadOnlyList<SampleSet> sets)
    {
        using var progress = context.StartProgress("ood diagnose", "samples", sets.Sum(set => set.Samples.Count));
        var diagnoses = new List<SetDiagnosis>();
        var endpoints = new EndpointConvergence();
        try
        {
            foreach (var set in sets)
            {
                using var store = job.OpenStore(folder.PathOf(Path.Combine("traces", set.Name)), set, prompts);
                job.Run(set, store, progress);
                var diagnosis = new SetDiagnosis(set.Name, session.Model.Config.Vocabulary);
                foreach (var trace in store.Read())
                {
                    diagnosis.Add(trace);
                    endpoints.Add(set.Name, trace.Index, diagnosis.TrajectoryStates(trace));
                }

                diagnosis.MeasureIsotropy(store.Read());
                diagnoses.Add(diagnosis);
            }
        }
        catch (OperationCanceledException)
        {
            folder.Checkpoint();
            throw;
        }

        return new DiagnosisResult(diagnoses[0], diagnoses[1..], diagnoses.Count > 1 ? endpoints.Finish() : null);
    }

    private static void WriteText(TextWriter output, VerbContext context, RunFolder folder, DiagnosisResult result)
    {
        var table = new TextTable("set", ">samples", ">S_late", ">without last", ">tokens", ">distinct", ">gamma", ">gamma at equal N", ">mean cosine", ">directions");
        foreach (var set in result.Sets)
        {
            var total = set.Collapse.Total;
            table.Row(
                set.Name,
                set.Stabilisation.Count.ToString(CultureInfo.InvariantCulture),
                TextTable.Cell(set.Stabilisation.LateShare),
                TextTable.Cell(set.Stabilisation.LateShareWithoutLast),
                total.Tokens.ToString(CultureInfo.InvariantCulture),
                total.Distinct.ToString(CultureInfo.InvariantCulture),
                TextTable.Cell(total.RepetitionRate),
                TextTable.Cell(set.Collapse.After(result.EqualTokens).RepetitionRate),
                TextTable.Cell(set.Isotropy!.MeanCosine),
                TextTable.Cell(set.Isotropy.ParticipationRatio));
        }

        table.Write(output, context.Terminal);
        if (result.Endpoints is { } endpoints)
        {
            output.WriteLine($"distance between sets, last layer over first: {TextTable.Cell(endpoints.Ratio)} ({TextTable.Cell(endpoints.RatioBeforeLast)} before the final norm)");
        }

        output.WriteLine($"equal N: {result.EqualTokens} tokens; report: {folder.PathOf("report.html")}");
    }
}
