using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Recipes;
using Fathom.Cli.Reporting;
using Fathom.Cli.Runs;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Models.Tracing;
using Fathom.Reports;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Experiments;

/// <summary>
/// Runs an experiment: every seed's rows are drawn and written as files, the model is taught on them if asked for, every text goes
/// through it once, detectors are fitted on the one part and compared on the others. Traces and training checkpoints are kept, so
/// that a killed run goes on; everything after them is computed again from the same bits.
/// </summary>
internal sealed class OodExperimentRun(VerbContext context, OodExperiment experiment, RunFolder folder, string title)
{
    private const int TimedSamples = 32;
    private readonly List<SeedOutcome> _outcomes = [];
    private readonly IReadOnlyList<DetectorDefinition> _definitions = Definitions(experiment);
    private IReadOnlyList<ReportFact> _facts = [];
    private JsonObject _model = [];
    private SeedSetting[] _settings = [];

    /// <summary>What varied from run to run.</summary>
    public JsonObject Timing { get; } = [];

    /// <summary>Detectors and combinations of an experiment.</summary>
    public static IReadOnlyList<DetectorDefinition> Definitions(OodExperiment experiment)
    {
        var pooling = experiment.Prompt.Embedding switch { "avg" => Pooling.SentenceMean, "text_last" => Pooling.SentenceLast, _ => Pooling.PromptLast };
        IReadOnlyList<DetectorDefinition> Named(IEnumerable<string> names) => OodFlags.WithPooling(DetectorRegistry.Parse(string.Join(',', names)), pooling);
        return [.. Named(experiment.Detectors), .. experiment.Combine.Select((names, i) => new CombinedDetector(Named(names), i == 0 ? "combined" : $"combined{i + 1}"))];
    }

    /// <summary>Runs to the end, or to where the person stops it.</summary>
    public (JsonObject Json, IReadOnlyList<SummaryRow> Rows) Run()
    {
        var reader = new SettingReader(experiment, context.Stop);
        _settings = [.. experiment.Seeds.Select(reader.Draw)];
        foreach (var setting in _settings) setting.Write(folder, Path.Combine($"seed-{setting.Seed}", "data"));
        WriteReport(ReportState.Running, $"reading the model for {_settings.Length} seeds");
        try
        {
            if (experiment.FineTuning is null) RunUntaught();
            else foreach (var setting in _settings) RunTaught(setting, experiment.FineTuning);
        }
        catch (OperationCanceledException)
        {
            folder.Checkpoint();
            WriteReport(ReportState.Stopped, "");
            throw;
        }

        WriteReport(ReportState.Complete, "");
        var rows = ExperimentSummary.Rows([.. _outcomes.Select(outcome => outcome.Result)]);
        return (ToJson(rows), rows);
    }

    private void RunUntaught()
    {
        using var session = ModelSession.Open(experiment.Model.Path, experiment.Model.Adapter, context);
        Trace(session, _settings, "traces", (texts, store, prompts, logits) =>
        {
            foreach (var setting in _settings) Compare(session, setting, texts, store, prompts, logits, taught: null, teachSeconds: 0);
        });
    }

    private void RunTaught(SeedSetting setting, FineTuning teaching)
    {
        var under = $"seed-{setting.Seed}";
        string DataFile(string name) => folder.PathOf(Path.Combine(under, "data", name));
        var recipe = Recipe.Load(teaching.Recipe,
        [
            $"model.path={experiment.Model.Path}", $"data.train={DataFile("train.jsonl")}", $"data.validation={DataFile(experiment.InDistribution.Train is null ? "test.jsonl" : "fit.jsonl")}",
            "data.take=null", "data.validation_take=null", .. TaughtText(teaching), .. teaching.Seeded.Select(key => $"{key}={setting.Seed}"), .. teaching.Set,
        ]);
        if (recipe.Objective == ObjectiveKind.Classification) KeptLogits.EnsureOfClassifier(_definitions, teaching.Recipe);
        context.Note($"seed {setting.Seed}: teaching {setting.Train.Count} rows");
        var start = Stopwatch.GetTimestamp();
        var result = new TrainingRun(recipe, folder.PathOf(Path.Combine(under, "training")), $"{title}: seed {setting.Seed}", context) { Also = [teaching.Recipe], TakeFinished = true }.Execute();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var session = result.ModelFolder is { } model
            ? ModelSession.Open(model, adapter: null, context)
            : ModelSession.Open(experiment.Model.Path, result.AdapterFolder, context);
        Trace(session, [setting], Path.Combine(under, "traces"), (texts, store, prompts, logits) =>
            Compare(session, setting, texts, store, prompts, logits, result.BestValue is { } best ? (result.Outcome.Watched ?? "", best) : null, seconds));
    }

    // The prompt with what is to be learnt after it, so that the model is taught the prompt it is looked into with.
    private IEnumerable<string> TaughtText(FineTuning teaching) => teaching.Answer is not { } answer ? [] : experiment.Prompt.Text is { } prompt
        ? [$"data.template={JsonSerializer.Serialize(prompt.Replace("\\n", "\n", StringComparison.Ordinal) + answer)}"]
        : throw new FathomException("fine_tuning.answer needs prompt.template, the prompt it follows");

    private void Trace(ModelSession session, IReadOnlyList<SeedSetting> settings, string under, Action<TracedTexts, TraceStore, PromptEncoder, KeptLogits> then)
    {
        var prompts = PromptEncoder.Of(experiment.Prompt.Text, session.Tokenizer, context.Time);
        var poolings = OodFlags.Poolings(_definitions);
        var newTokens = experiment.Prompt.MaxNewTokens;
        var texts = new TracedTexts(settings.SelectMany(setting => setting.Texts), prompts, session.Model.Config.ContextLength, newTokens, TraceJob.NeedsTextEnds(poolings), context.Stop);
        var logits = KeptLogits.Of(_definitions, session, prompts, settings);
        _model = session.ToJson();
        _facts = RunFacts.Settings(session, prompts, newTokens, seed: 0);
        var job = new TraceJob(context, session, poolings, newTokens, DropoutNeeds.Of(_definitions), logits.Tokens);
        job.Announce([texts.Set], folder.FolderPath);
        using var progress = context.StartProgress("run", "texts", texts.Set.Samples.Count);
        using var store = job.OpenStore(folder.PathOf(under), texts.Set, prompts);
        job.Run(texts.Set, store, progress);
        then(texts, store, prompts, logits);
        Timing[under.Replace(Path.DirectorySeparatorChar, '/')] = job.Counter.ToJson();
    }

    private void Compare(ModelSession session, SeedSetting setting, TracedTexts texts, TraceStore store, PromptEncoder prompts, KeptLogits logits, (string, double)? taught, double teachSeconds)
    {
        context.ThrowIfStopped();
        context.Note($"seed {setting.Seed}: fitting on {setting.Fit.Count} texts{(setting.Known.Count > 0 ? $" of {setting.Known.Count} classes" : "")}, testing on {setting.Test.Count}");

        var columns = logits.Columns(setting.Seed);
        var origin = session.Origin(prompts, "text", experiment.Prompt.MaxNewTokens, logits.TokensOf(setting.Seed));
        var start = Stopwatch.GetTimestamp();
        var fit = new Rereading(() => texts.Of(store, setting.Fit, columns));
        var detectors = DetectorFitter.FitCalibrated(_definitions, origin, fit);
        var fitSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        detectors.Save(folder.PathOf(Path.Combine($"seed-{setting.Seed}", "detectors.fathom")));
        var rows = new ScoredRows(detectors);
        var idFit = rows.Add(experiment.InDistribution.Name, "fit", fit);
        var test = rows.Add(experiment.InDistribution.Name, "test", texts.Of(store, setting.Test, columns));
        ScoredSet[] foreign = [.. setting.Foreign.Select(set => rows.Add(set.Name, "ood", texts.Of(store, set.Texts, columns)))];
        folder.WriteLines(Path.Combine($"seed-{setting.Seed}", "samples.jsonl"), rows.Lines);
        var accuracy = ScoredRows.Accuracy(texts.Of(store, setting.Test, columns), logits.Names(setting.Seed));
        var result = new Evaluator().Evaluate(test, foreign, detectors, idFit);
        var times = new SeedTimes(teachSeconds, fitSeconds, Timed(detectors, texts.Of(store, setting.Test, columns)));
        _outcomes.Add(new SeedOutcome(setting, result, detectors, test, foreign, taught, accuracy, times));
        if (_outcomes.Count == 1)
        {
            // Once: it fits everything a second time.
            Timing["fit_alone_seconds"] = new JsonObject(FitTimes.Of(_definitions, origin, fit, context.Stop).Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)Math.Round(pair.Value, 4))));
        }

        Timing[$"seed-{setting.Seed}"] = new JsonObject
        {
            ["teach_seconds"] = Math.Round(teachSeconds, 3),
            ["fit_seconds"] = Math.Round(fitSeconds, 3),
            ["score_milliseconds"] = new JsonObject(times.ScoreMilliseconds.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)Math.Round(pair.Value, 4)))),
        };
        folder.Write(Path.Combine($"seed-{setting.Seed}", "result.json"), JsonText.File(result.ToJson()));
        folder.Checkpoint();
        WriteReport(ReportState.Running, $"seed {setting.Seed} is done");
    }

    private static Dictionary<string, double> Timed(FittedDetectorSet detectors, IEnumerable<Fathom.Models.Tracing.Trace> traces)
    {
        Fathom.Models.Tracing.Trace[] some = [.. traces.Take(TimedSamples)];
        return detectors.Names.ToDictionary(static name => name, name =>
        {
            double[] times = [.. some.Select(trace =>
            {
                var start = Stopwatch.GetTimestamp();
                _ = detectors[name].Score(trace);
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }).Order()];
            return times[times.Length / 2];
        });
    }

    private JsonObject ToJson(IReadOnlyList<SummaryRow> rows)
    {
        var results = _outcomes.ConvertAll(outcome => outcome.Result);
        return new JsonObject
        {
            ["command"] = "run",
            ["experiment"] = experiment.Experiment,
            ["model"] = experiment.FineTuning is null ? _model.DeepClone() : new JsonObject { ["path"] = experiment.Model.Path },
            ["fine_tuned"] = experiment.FineTuning is not null,
            ["id"] = new JsonObject { ["name"] = experiment.InDistribution.Name, ["fit_count"] = results[0].FitCount, ["test_count"] = results[0].TestCount },
            ["seeds"] = new JsonArray([.. _outcomes.Select(outcome => (JsonNode)new JsonObject
            {
                ["seed"] = outcome.Setting.Seed,
                ["known_classes"] = JsonText.Texts(outcome.Setting.Known),
                ["id_accuracy"] = outcome.Accuracy is { } accuracy ? JsonText.Number(accuracy) : null,
                ["taught"] = outcome.Taught is { } taught ? new JsonObject { ["metric"] = taught.Metric, ["value"] = JsonText.Number(taught.Value) } : null,
            })]),
            ["results"] = ExperimentSummary.ToJson(rows),
            ["controls"] = new JsonArray([.. ExperimentSummary.FitTest(results).Select(static control => (JsonNode)new JsonObject { ["detector"] = control.Detector, ["fit_test_auroc"] = JsonText.Number(control.Auroc), ["fit_test_sound"] = control.IsSound })]),
            ["warnings"] = JsonText.Texts(Warnings()),
        };
    }

    // The fit-versus-test control by its mean, all else once.
    private IEnumerable<string> Warnings() =>
        _outcomes.SelectMany(outcome => outcome.Result.Warnings.Except(FitTestControl.Warnings(outcome.Result.FitTest))).Distinct(StringComparer.Ordinal)
            .Concat(_outcomes.Count == 0 ? [] : FitTestControl.Warnings(ExperimentSummary.FitTest(_outcomes.ConvertAll(outcome => outcome.Result))));

    private void WriteReport(ReportState state, string activity)
    {
        var frame = new EvaluationReport
        {
            Title = title,
            InDistributionName = experiment.InDistribution.Name,
            Progress = new ReportProgress(_outcomes.Count, _settings.Length, state, "seeds", activity),
            Settings = [.. _facts.Where(static fact => fact.Name != "seed"), new ReportFact("seeds", string.Join(", ", experiment.Seeds))],
            Hashes = RunFacts.Hashes(SettingReader.Files(experiment).Select(file => FileHash.Of(file, context.Stop))),
        };
        if (_outcomes.Count > 0)
        {
            // Distributions and curves of the last seed, numbers over all.
            var last = _outcomes[^1];
            var rows = ExperimentSummary.Rows([.. _outcomes.Select(outcome => outcome.Result)]);
            frame = EvaluationReportBuilder.Build(frame, last.Detectors, last.Result, last.Test, last.Foreign, strangest: null) with
            {
                Results = [.. rows.Select(row => row.ToReport())],
                Tables = ExperimentTables.Of(_outcomes, rows),
                Summary = $"Means over {_outcomes.Count} of {_settings.Length} seeds{(_outcomes.Count > 1 ? " with Student's 95 % intervals" : "")}; pictures and single scores are of seed {last.Setting.Seed}.",
                Warnings = [.. Warnings()],
            };
        }

        ReportRenderer.WriteAsync(folder.PathOf("report.html"), frame).GetAwaiter().GetResult();
    }
}
