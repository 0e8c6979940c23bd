using System.CommandLine;

namespace Fathom.Cli.CommandLine;

/// <summary>Options that mean the same wherever they stand. Verbs add those that make sense for them.</summary>
internal static class CommonOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object on standard output." };

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress and no notes; errors only." };

    public static readonly Option<int?> Threads = Numbers.AtLeast("--threads", 1, "Threads to compute with (default: what this machine does best). Never changes a result.");

    public static readonly Option<int?> Seed = Numbers.AtLeast("--seed", 0, "Seed of everything random (default: 0).");

    public static readonly Option<int?> BatchSize = Numbers.AtLeast("--batch-size", 1, "Samples computed together (default: chosen by memory). Never changes a result.");

    public static readonly Option<string> Adapter = new("--adapter") { Description = "Folder of a LoRA adapter (PEFT's files), merged into the model in memory.", HelpName = "DIR" };

    public static readonly Option<string> Out = new("--out") { Description = "Folder for the run's files (made if absent); an interrupted run goes on from it.", HelpName = "DIR" };

    /// <summary>Adds options to a command.</summary>
    public static Command With(this Command command, params Option[] options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        return command;
    }

    /// <summary>Adds arguments to a command.</summary>
    public static Command With(this Command command, params Argument[] arguments)
    {
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        return command;
    }
}
