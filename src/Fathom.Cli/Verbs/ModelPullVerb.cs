using System.CommandLine;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Formats.Hub;

namespace Fathom.Cli.Verbs;

/// <summary><c>fathom model pull</c>: downloads a model into the cache that the Python client shares; goes on where it was stopped.</summary>
internal static class ModelPullVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model of the hub: org/name or org/name@revision (branch, tag or commit)." };

    private static readonly Option<string[]> Include = new("--include") { Description = "Download only files like this ('*.gguf', 'onnx/'); may be given several times.", HelpName = "PATTERN" };

    private static readonly Option<string[]> Exclude = new("--exclude") { Description = "Do not download files like this; may be given several times.", HelpName = "PATTERN" };

    private static readonly Option<bool> Check = new("--check") { Description = "Hash files that are in the cache already too, and download damaged ones again." };

    public static Command Create(VerbHost host)
    {
        var command = new Command("pull", "Download a model of the hub into the cache, checked and resumable.")
            .With(Model)
            .With(Include, Exclude, Check, CommonOptions.Json, CommonOptions.Quiet);
        host.Bind(command, Run);
        return command;
    }

    private static int Run(VerbContext context)
    {
        var model = HubModelName.Parse(context.Required(Model));
        var settings = HubSettings.FromEnvironment() with { Time = context.Time };
        Progress? progress = null;
        var gate = new Lock();
        void Show(HubProgress state)
        {
            lock (gate)
            {
                progress ??= context.StartProgress($"pull {model}", "bytes", state.TotalBytes);
                progress.Report(state.Bytes, $"{state.Files} of {state.TotalFiles} files");
            }
        }

        HubPullResult result;
        try
        {
            result = new HubPuller(settings).PullAsync(
                model,
                new HubPullOptions { Include = context.Get(Include) ?? [], Exclude = context.Get(Exclude) ?? [], Check = context.Get(Check), OnProgress = Show, OnNote = context.Note },
                context.Stop).GetAwaiter().GetResult();
        }
        finally
        {
            progress?.Dispose();
        }

        context.Answer(ToJson(result), output => WriteText(output, result, context.Get(Check)));
        return ExitCodes.Done;
    }

    // What lay there is compared by its length only, unless asked: hashing a large model takes longer than starting it.
    private static string Checked(HubPullResult result, bool check) => check || result.ReusedBytes == 0
        ? "every byte checked against the hub's hashes"
        : result.DownloadedBytes > 0 ? "what came was checked against the hub's hashes, what was here by its length (--check hashes that too)" : "by their length (--check hashes them)";

    private static JsonObject ToJson(HubPullResult result) => new()
    {
        ["command"] = "model pull",
        ["model"] = result.Model.Id,
        ["revision"] = result.Model.RevisionOrMain,
        ["commit"] = result.Commit,
        ["location"] = result.Folder,
        ["license"] = result.License,
        ["downloaded_bytes"] = result.DownloadedBytes,
        ["reused_bytes"] = result.ReusedBytes,
        ["files"] = new JsonArray([.. result.Files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["bytes"] = file.Bytes, ["hash"] = file.Hash })]),
        ["skipped_files"] = JsonText.Texts(result.Skipped.Select(file => file.Path)),
    };

    private static void WriteText(TextWriter output, HubPullResult result, bool check)
    {
        output.WriteLine($"{result.Model}: {result.Files.Count} files, {Units.Bytes(result.DownloadedBytes)} downloaded, {Units.Bytes(result.ReusedBytes)} were here; {Checked(result, check)}");
        if (result.Skipped.Count > 0) output.WriteLine($"left out: {string.Join(", ", result.Skipped.Take(8).Select(file => file.Path))}{(result.Skipped.Count > 8 ? $" and {result.Skipped.Count - 8} more" : "")} (--include takes them)");
        output.WriteLine($"licence: {result.License ?? "not named"}");
        output.WriteLine($"commit {result.Commit}");
        output.WriteLine(result.Folder);
    }
}
