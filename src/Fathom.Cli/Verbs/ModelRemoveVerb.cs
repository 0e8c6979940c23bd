using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Formats.Hub;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model remove</c>: takes a model, or one revision of it, out of the cache.</summary>
internal static class ModelRemoveVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model of the cache: org/name for all of it, org/name@revision for one revision." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("remove", "Remove a model, or one revision of it, from the cache.").With(Model).With(CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var model = HubModelName.Parse(context.Required(Model));
        var cache = new HubCache(HubSettings.FromEnvironment().CacheFolder);
        var bytes = cache.Remove(model);
        context.Answer(
            new JsonObject { ["command"] = "model remove", ["model"] = model.Id, ["revision"] = model.Revision, ["freed_bytes"] = bytes },
            output => output.WriteLine(bytes == 0 && model.Revision is not null ? $"{model}: the name is removed; its files stay for the other names of that commit" : $"{model}: removed, {Units.Bytes(bytes)} freed"));
        return ExitCodes.Done;
    }
}
