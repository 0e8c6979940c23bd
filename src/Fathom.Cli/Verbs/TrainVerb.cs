using System.CommandLine;
using System.Globalization;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Recipes;
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
        var name = Path.GetFileNameWithoutExtension(path);
        var run = new TrainingRun(recipe, context.Get(Out) ?? Path.Combine("runs", name), $"Training: {name}", context) { Also = [path] };
        var result = run.Execute();
        context.Answer(result.Json, output => WriteText(output, result));
        return ExitCodes.Done;
    }

    private static void WriteText(TextWriter output, TrainingResult result)
    {
        var (outcome, history) = (result.Outcome, result.History);
        var early = outcome.EndedEarly ? " (ended early: no better value)" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Steps} steps{early}: loss {history.Losses[0].Loss:F4} at first, {history.Losses[^1].Loss:F4} at last"));
        foreach (var (name, values) in history.Measures) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {values[^1].Value:F4}"));
        output.WriteLine(result.ModelFolder is { } model ? $"model: {model}" : $"adapter: {result.AdapterFolder}");
    }
}
