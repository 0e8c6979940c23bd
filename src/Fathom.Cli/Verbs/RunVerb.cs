using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Experiments;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom run</c>: an experiment of several steps, as a recipe says.</summary>
internal static class RunVerb
{
    private static readonly Argument<string> RecipeFile = new("RECIPE") { Description = "The experiment: a YAML file." };
    private static readonly Option<string[]> Set = new("--set") { Description = "A value above the recipe's, such as in_distribution.shots=10; may be given several times.", HelpName = "KEY=VALUE" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the run's files (default: runs/NAME of the recipe); an interrupted run goes on from it.", HelpName = "DIR" };

    public static Command Create(VerbHost host)
    {
        var command = new Command("run", "Run an experiment of several steps: draw the data, teach the model, compare detectors over seeds.")
            .With(RecipeFile)
            .With(Set, Out, CommonOptions.BatchSize, CommonOptions.Threads, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var path = context.Required(RecipeFile);
        var name = Path.GetFileNameWithoutExtension(path);
        var experiment = Training.Recipes.RecipeFile.Read<OodExperiment>(path, context.Get(Set) ?? [], OodExperimentChecks.Check);
        var settings = new RunSettings("run").Add("experiment", Training.Recipes.RecipeFile.ToJson(experiment)).Add("files", new JsonArray([.. Inputs(experiment).Select(file => (JsonNode?)FileHash.Of(file, context.Stop).Sha256)]));
        using var folder = RunFolder.Open(context.Get(Out) ?? Path.Combine("runs", name), settings, [FileHash.Of(path, context.Stop), .. Inputs(experiment).Select(file => FileHash.Of(file, context.Stop))], context);
        var run = new OodExperimentRun(context, experiment, folder, $"Experiment: {name}");
        var (json, rows) = run.Run();
        folder.Finish(json, new JsonObject { ["timing"] = run.Timing.DeepClone() });
        json["timing"] = run.Timing.DeepClone();
        context.Answer(json, output => WriteText(output, context, folder, rows, experiment.Seeds.Count));
        return ExitCodes.Done;
    }

    private static IEnumerable<string> Inputs(OodExperiment experiment) =>
        [.. SettingReader.Files(experiment), .. experiment.FineTuning is { } teaching ? new[] { teaching.Recipe } : []];

    private static void WriteText(TextWriter output, VerbContext context, RunFolder folder, IReadOnlyList<SummaryRow> rows, int seeds)
    {
        var table = new TextTable("set", "detector", ">AUROC", ">95 % interval", ">FPR95", ">AUPR in", ">AUPR out", ">length-matched AUROC");
        foreach (var row in rows)
        {
            table.Row(
                row.Set,
                row.Detector,
                TextTable.Cell(row.Auroc.Mean),
                $"{TextTable.Cell(row.Auroc.Interval.Low, 3)}-{TextTable.Cell(row.Auroc.Interval.High, 3)}",
                TextTable.Cell(row.Fpr95.Mean),
                TextTable.Cell(row.AuprIn.Mean),
                TextTable.Cell(row.AuprOut.Mean),
                TextTable.Cell(row.LengthMatchedAuroc.Mean));
        }

        table.Write(output, context.Terminal);
        output.WriteLine($"{(seeds == 1 ? "one seed" : $"means of {seeds} seeds")}; report: {folder.PathOf("report.html")}");
    }
}
