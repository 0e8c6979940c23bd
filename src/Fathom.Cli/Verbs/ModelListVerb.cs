using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Formats.Hub;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model list</c>: what the cache holds.</summary>
internal static class ModelListVerb
{
    public static Command Create(VerbHost host)
    {
        var command = new Command("list", "The models in the cache of this machine.").With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var cache = new HubCache(HubSettings.FromEnvironment().CacheFolder);
        var models = cache.List();
        var result = new JsonObject
        {
            ["command"] = "model list",
            ["cache"] = cache.Folder,
            ["models"] = new JsonArray([.. models.Select(ToJson)]),
        };
        context.Answer(result, output =>
        {
            if (models.Count == 0)
            {
                output.WriteLine($"no models in {cache.Folder}; fathom model pull org/name brings one");
                return;
            }

            var table = new TextTable("model", "revision", ">size", ">files", "commit");
            foreach (var model in models)
            {
                foreach (var snapshot in model.Snapshots) table.Row(model.Id, snapshot.Revisions.Count > 0 ? string.Join(", ", snapshot.Revisions) : "-", Units.Bytes(snapshot.Bytes), snapshot.Files.ToString(CultureInfo.InvariantCulture), snapshot.Commit);
                if (model.IncompleteBytes > 0) table.Row(model.Id, "(unfinished)", Units.Bytes(model.IncompleteBytes), "-", "-");
            }

            table.Write(output, context.Terminal);
            output.WriteLine($"{Units.Bytes(models.Sum(model => model.Bytes + model.IncompleteBytes))} in {cache.Folder}");
        });
        return ExitCodes.Done;
    }

    private static JsonNode ToJson(HubCachedModel model) => new JsonObject
    {
        ["model"] = model.Id,
        ["location"] = model.Folder,
        ["bytes"] = model.Bytes,
        ["incomplete_bytes"] = model.IncompleteBytes,
        ["snapshots"] = new JsonArray([.. model.Snapshots.Select(snapshot => (JsonNode)new JsonObject
        {
            ["commit"] = snapshot.Commit,
            ["revisions"] = JsonText.Texts(snapshot.Revisions),
            ["location"] = snapshot.Folder,
            ["files"] = snapshot.Files,
            ["bytes"] = snapshot.Bytes,
        })]),
    };
}
