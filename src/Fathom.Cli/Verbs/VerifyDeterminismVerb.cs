using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Machine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models.Verification;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom verify determinism</c>: the same-bits proof, one hash that every machine must give.</summary>
internal static class VerifyDeterminismVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a folder, a .gguf file or a hub name." };
    private static readonly Option<bool> ThisWidth = new("--this-width") { Description = "Only the vector width of this process; by default narrower ones are tried too, each in a process of its own." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("determinism", "Prove that batch, threads, cache and vector width change no bit.")
            .With(Model)
            .With(CommonOptions.Adapter, ThisWidth, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var (path, adapter) = AdapterLocator.Resolve(context.Required(Model), context.Get(CommonOptions.Adapter));
        var report = DeterminismVerifier.Verify(path, adapter, name => context.Note($"trying: {name}"), context.Stop);
        var checks = report.Checks.ToList();
        if (!context.Get(ThisWidth))
        {
            foreach (var width in NarrowerProcess.Widths)
            {
                context.ThrowIfStopped();
                context.Note($"trying: vectors of {width} bits");
                var hash = NarrowerProcess.DeterminismHash(path, adapter, width, context.Stop);
                checks.Add(($"vectors of {width} bits", string.Equals(hash, report.Hash, StringComparison.Ordinal)));
            }
        }

        var passed = checks.TrueForAll(check => check.Passed);
        var result = new JsonObject
        {
            ["command"] = "verify determinism",
            ["passed"] = passed,
            ["hash"] = report.Hash,
            ["vector_bits"] = MachineFacts.VectorBits,
            ["checks"] = new JsonArray([.. checks.Select(check => (JsonNode)new JsonObject { ["name"] = check.Name, ["passed"] = check.Passed })]),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("way of computing", "verdict");
            table.Row($"alone, 1 thread, vectors of {MachineFacts.VectorBits} bits", "is compared with");
            foreach (var (name, same) in checks)
            {
                table.Row(name, same ? "same bits" : "DIFFERS");
            }

            table.Write(output, context.Terminal);
            output.WriteLine($"hash {report.Hash}");
        });
        return passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}
