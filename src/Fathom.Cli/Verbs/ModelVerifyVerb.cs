using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Formats.Hub;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model verify</c>: reads every byte of a model's files again and compares the hashes the hub gave.</summary>
internal static class ModelVerifyVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model of the cache (org/name[@revision]), a folder or a file." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("verify", "Hash a model's files and compare them with what the hub promised.").With(Model).With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var name = context.Required(Model);
        var location = ModelLocator.Find(name, whole: false);
        var checks = File.Exists(location) ? Single(location) : HubCache.Verify(location, null, null, context.Stop);
        if (!HubCache.IsSnapshot(location)) checks = [.. checks.Select(check => check.Expected is null ? Hashed(location, check, context.Stop) : check)];
        var bad = checks.Count(check => check.Passed == false);
        var unknown = checks.Count(check => check.Passed is null);
        var result = new JsonObject
        {
            ["command"] = "model verify",
            ["model"] = name,
            ["location"] = location,
            ["passed"] = bad == 0,
            ["damaged"] = bad,
            ["unknown"] = unknown,
            ["files"] = new JsonArray([.. checks.Select(check => (JsonNode)new JsonObject { ["path"] = check.Path, ["bytes"] = check.Bytes, ["hash"] = check.Expected, ["passed"] = check.Passed })]),
        };
        context.Answer(result, output =>
        {
            var table = new TextTable("file", ">size", "hash", "state");
            foreach (var check in checks) table.Row(check.Path, Units.Bytes(check.Bytes), check.Expected ?? "-", check.Passed switch { true => "ok", false => "DAMAGED", null => "no hash known" });
            table.Write(output, context.Terminal);
            output.WriteLine(bad > 0 ? $"{bad} of {checks.Count} files are damaged; fetch them again with: fathom model pull {name} --check" : Unhashed(name, location, checks.Count, unknown));
        });
        return bad == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Unhashed(string name, string location, int files, int unknown) => (unknown, HubCache.IsSnapshot(location)) switch
    {
        (0, _) => $"{files} files are as the hub promised",
        (_, true) => $"{files - unknown} files are as the hub promised, of {unknown} no hash is known here (another program downloaded them to a system without links); compare with the hub by: fathom model pull {name} --check",
        _ when unknown == files => "nothing to compare with: these files come from no hub cache; the hashes are theirs now",
        _ => $"{files - unknown} files are as the hub promised",
    };

    private static IReadOnlyList<HubFileCheck> Single(string path) => [new HubFileCheck(Path.GetFileName(path), new FileInfo(path).Length, null, null)];

    // No promise to compare with: the hash itself is what the user can compare.
    private static HubFileCheck Hashed(string location, HubFileCheck check, CancellationToken stop) =>
        check with { Expected = Fathom.Formats.FileFingerprint.Sha256(File.Exists(location) ? location : Path.Combine(location, check.Path), cancellation: stop) };
}
