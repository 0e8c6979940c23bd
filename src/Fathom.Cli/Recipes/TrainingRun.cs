using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>
/// Teaches as a recipe says, in a folder: what <c>fathom train</c> does, and a step of <c>fathom run</c>. The same run again goes on
/// where the folder says it stopped; threads and the progress display are the context's.
/// </summary>
/// <param name="recipe">The recipe, checked.</param>
/// <param name="folder">The run's folder.</param>
/// <param name="title">Title of the report.</param>
/// <param name="context">Threads, progress, the wish to stop.</param>
internal sealed class TrainingRun(Recipe recipe, string folder, string title, VerbContext context)
{
    /// <summary>Files whose hashes <c>run.json</c> names beside model and data, such as the recipe's.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>Whether a run that the folder holds whole is taken as it is, without opening the model again. Default false: its files are written anew from the last checkpoint.</summary>
    public bool TakeFinished { get; init; }

    /// <summary>Runs to the end, from the last checkpoint if there is one.</summary>
    /// <exception cref="FathomException">Something is missing, does not fit, or went wrong.</exception>
    /// <exception cref="UsageException">The folder holds a run of another making.</exception>
    /// <exception cref="OperationCanceledException">The person asked to stop; the folder holds a checkpoint.</exception>
    public TrainingResult Execute()
    {
        var plan = TrainingPlan.Make(recipe, context.Stop);
        _ = plan.Schedule.Rate(0);
        IReadOnlyList<FileHash> model = [.. plan.Base.Files.Select(file => FileHash.Of(file, context.Stop))];
        var train = recipe.Data.Train is { } data ? FileHash.Of(data, context.Stop) : null;
        var validation = recipe.Data.Validation is { } held ? FileHash.Of(held, context.Stop) : null;
        IReadOnlyList<(string Name, FileHash File)> detection =
        [
            .. new[] { ("evaluate.ood.bank", recipe.Evaluate.Ood?.Bank), ("evaluate.ood.id", recipe.Evaluate.Ood?.Id), ("evaluate.ood.ood", recipe.Evaluate.Ood?.Ood) }
                .Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, FileHash.Of(pair.Item2!, context.Stop))),
        ];
        var settings = RecipeSettings.Of(recipe, model, train, validation, detection);
        EnsureSameRun(settings);
        IReadOnlyList<FileHash> files = [.. Also.Select(file => FileHash.Of(file)), .. model, .. new[] { train, validation }.OfType<FileHash>(), .. detection.Select(pair => pair.File)];
        if (TakeFinished && Finished() is { } finished) return finished;
        using var opened = RunFolder.Open(folder, settings, files, context);
        var job = new TrainingJob(context, plan with { Settings = settings.ToJson() }, opened, title, files);
        job.Announce();
        var outcome = job.Run(settings.ToJson());
        var history = TrainingHistory.Read(opened.PathOf("metrics.jsonl"));
        var result = Result(plan, outcome, history);
        opened.Finish(result, new JsonObject { ["throughput"] = job.Throughput.DeepClone() });
        result["throughput"] = job.Throughput.DeepClone();
        return new TrainingResult(result, outcome, history, opened.FolderPath);
    }

    private TrainingResult? Finished()
    {
        if (!RunFolder.IsDone(folder)) return null;
        string PathOf(string name) => Path.Combine(Path.GetFullPath(folder), name);
        if (!File.Exists(PathOf("result.json")) || !File.Exists(PathOf("metrics.jsonl"))) return null;
        var json = JsonNode.Parse(File.ReadAllBytes(PathOf("result.json")))!.AsObject();
        var stored = PathOf((string)json["model"]!);
        if (!Directory.Exists(stored)) return null;
        var best = json["best"] as JsonObject;
        var model = (string)json["model"]! == "model" ? stored : null;
        var outcome = new TrainingOutcome((int)json["steps"]!, (bool)json["ended_early"]!, (int?)best?["step"] ?? 0, (double?)best?["value"], (string?)best?["metric"], model);
        return new TrainingResult(json, outcome, TrainingHistory.Read(PathOf("metrics.jsonl")), Path.GetFullPath(folder));
    }

    private void EnsureSameRun(RunSettings settings)
    {
        if (RunFolder.SettingsOf(folder) is { } before && IdentityDifference.Describe(before, settings.ToJson()) is { Length: > 0 } difference)
        {
            throw new UsageException($"--out {folder}: holds a run of another making: {difference}; name another folder, or delete this one");
        }
    }

    private static JsonObject Result(TrainingPlan plan, TrainingOutcome outcome, TrainingHistory history)
    {
        var last = new JsonObject { ["loss"] = JsonText.Number(history.Losses[^1].Loss) };
        foreach (var (name, values) in history.Measures) last[name] = JsonText.Number(values[^1].Value);
        return new JsonObject
        {
            ["command"] = "train",
            ["parameters"] = plan.Base.ParameterCount,
            ["samples"] = plan.Samples,
            ["sample_tokens"] = plan.Tokens,
            ["truncated"] = plan.Truncated,
            ["max_length"] = plan.MaxLength,
            ["steps"] = outcome.Steps,
            ["steps_planned"] = plan.Steps,
            ["ended_early"] = outcome.EndedEarly,
            ["first_loss"] = JsonText.Number(history.Losses[0].Loss),
            ["last"] = last,
            ["best"] = outcome.BestValue is { } best ? new JsonObject { ["metric"] = outcome.Watched, ["value"] = best, ["step"] = outcome.BestStep } : null,
            ["model"] = outcome.ModelFolder is null ? "adapter" : "model",
        };
    }
}
