using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Cli.Recipes;
using Fathom.Cli.Runs;
using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom train</c>: teaches a model as a recipe says.</summary>
internal static class TrainVerb
{
    private static readonly Argument<string> RecipeFile = new("RECIPE") { Description = "The recipe: a YAML file." };
    private static readonly Option<string[]> Set = new("--set") { Description = "A value above the recipe's, such as optimiser.rate=1e-4; may be given several times.", HelpName = "KEY=VALUE" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the run's files (default: runs/NAME of the recipe); an interrupted run goes on from it.", HelpName = "DIR" };

    public static Command Create(VerbHost host)
    {
        var command = new Command("train", "Teach a model as a recipe says: from scratch, all weights, or an adapter.")
            .With(RecipeFile)
            .With(Set, Out, CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = context.Required(RecipeFile);
        string[] settings = [.. context.Get(Set) ?? [], .. context.Get(CommonOptions.Seed) is { } seed ? new[] { $"seed={seed}" } : []];
        var recipe = Recipe.Load(path, settings);
        var plan = TrainingPlan.Make(recipe, context.Stop);
        _ = plan.Schedule.Rate(0);
        IReadOnlyList<FileHash> model = [.. plan.Base.Files.Select(file => FileHash.Of(file, context.Stop))];
        var train = recipe.Data.Train is { } data ? FileHash.Of(data, context.Stop) : null;
        var validation = recipe.Data.Validation is { } held ? FileHash.Of(held, context.Stop) : null;
        var run = RecipeSettings.Of(recipe, model, train, validation);
        var folderPath = context.Get(Out) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(path));
        EnsureSameRun(folderPath, run);
        IReadOnlyList<FileHash> files = [FileHash.Of(path), .. model, .. new[] { train, validation }.OfType<FileHash>()];
        using var folder = RunFolder.Open(folderPath, run, files, context);
        var job = new TrainingJob(context, plan with { Settings = run.ToJson() }, folder, $"Training: {Path.GetFileNameWithoutExtension(path)}", files);
        job.Announce();
        var outcome = job.Run(run.ToJson());
        var history = TrainingHistory.Read(folder.PathOf("metrics.jsonl"));
        var result = Result(plan, outcome, history);
        folder.Finish(result, new JsonObject { ["throughput"] = job.Throughput.DeepClone() });
        result["throughput"] = job.Throughput.DeepClone();
        context.Answer(result, output => WriteText(output, folder, outcome, history));
        return ExitCodes.Done;
    }

    private static void EnsureSameRun(string folder, RunSettings settings)
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
            ["model"] = "model",
        };
    }

    private static void WriteText(TextWriter output, RunFolder folder, TrainingOutcome outcome, TrainingHistory history)
    {
        var early = outcome.EndedEarly ? " (ended early: no better value)" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Steps} steps{early}: loss {history.Losses[0].Loss:F4} at first, {history.Losses[^1].Loss:F4} at last"));
        foreach (var (name, values) in history.Measures) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {values[^1].Value:F4}"));
        output.WriteLine($"model: {folder.PathOf("model")}");
    }
}
