using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Machine;
using Fathom.Cli.Output;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom doctor</c>: looks at the machine, and at a model if one is named.</summary>
internal static class DoctorVerb
{
    private static readonly Argument<string?> Model = new("MODEL")
    {
        Description = "A model to try to load: a folder, a .gguf file or a hub name.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create(VerbHost host)
    {
        var command = new Command("doctor", "Says what is wrong on this machine, or with a model, and how to mend it.")
            .With(Model)
            .With(CommonOptions.Out, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var checks = new List<HealthCheck>();
        foreach (var check in Doctor.Machine(context.Get(CommonOptions.Out) ?? "."))
        {
            context.ThrowIfStopped();
            checks.Add(check);
        }

        if (context.Get(Model) is { } model)
        {
            checks.Add(ModelCheck.Of(model, context));
        }

        var healthy = checks.TrueForAll(check => check.State != HealthState.Bad);
        var result = new JsonObject
        {
            ["command"] = "doctor",
            ["healthy"] = healthy,
            ["checks"] = new JsonArray([.. checks.Select(check => (JsonNode)check.ToJson())]),
            ["versions"] = MachineJson.Versions(),
            ["hardware"] = MachineJson.Hardware(),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("check", "state", "found");
            foreach (var check in checks)
            {
                table.Row(check.Name, check.StateWord, check.Found);
            }

            table.Write(output, context.Terminal);
            foreach (var check in checks.Where(check => check.State != HealthState.Well && check.Advice is not null))
            {
                output.WriteLine($"{check.Name}: {check.Advice}");
            }
        });
        return healthy ? ExitCodes.Done : ExitCodes.Failed;
    }
}
