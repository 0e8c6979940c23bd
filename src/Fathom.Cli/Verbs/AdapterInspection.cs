using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models;
using Fathom.Models.Adapters;

namespace Fathom.Cli.Verbs;

/// <summary>What <c>fathom model inspect</c> says of an adapter: what it changes of which model, and whether it fits where that model is here.</summary>
internal static class AdapterInspection
{
    public static int Run(VerbContext context, string path, SafetyReport safety)
    {
        var adapter = AdapterBase.Describe(path);
        foreach (var warning in adapter.Warnings) context.Note($"warning: {warning}");
        var model = BaseOf(path);
        if (model is not null) LanguageModel.Load(model, new LoadOptions { Adapter = path, Tokenizer = false }).Dispose();
        var result = new JsonObject
        {
            ["command"] = "model inspect",
            ["name"] = ModelName.Of(path),
            ["location"] = path,
            ["supported"] = true,
            ["kind"] = "adapter",
            ["base_model"] = adapter.BaseModel,
            ["base_location"] = model,
            ["fits"] = model is null ? null : true,
            ["rank"] = adapter.Rank,
            ["alpha"] = adapter.Alpha,
            ["rank_stabilised"] = adapter.RankStabilised,
            ["targets"] = JsonText.Texts(adapter.Targets),
            ["tensors"] = adapter.Tensors,
            ["parameters"] = adapter.Parameters,
            ["bytes"] = adapter.Bytes,
            ["warnings"] = JsonText.Texts(adapter.Warnings),
        };
        safety.AddTo(result);
        context.Answer(result, output => new TextTable("what", "value")
            .Row("adapter", path)
            .Row("of model", adapter.BaseModel ?? "not named")
            .Row("fits", model is null ? "not known: that model is not here; use it as: fathom generate MODEL --adapter " + path : $"yes, {model}")
            .Row("form", $"LoRA of rank {adapter.Rank.ToString(CultureInfo.InvariantCulture)}, alpha {adapter.Alpha.ToString(CultureInfo.InvariantCulture)}{(adapter.RankStabilised ? ", rank-stabilised" : "")}")
            .Row("changes", string.Join(", ", adapter.Targets))
            .Row("parameters", $"{Units.Count(adapter.Parameters)} in {adapter.Tensors} tensors, {Units.Bytes(adapter.Bytes)}")
            .Row("safety", safety.Spoken)
            .Row("licence", safety.License ?? "not named")
            .Write(output, context.Terminal));
        return ExitCodes.Done;
    }

    private static string? BaseOf(string path)
    {
        try
        {
            return AdapterLocator.Resolve(path, null).Model;
        }
        catch (FathomException)
        {
            // Its model is not on this machine, or it names none: the adapter itself can be told of all the same.
            return null;
        }
    }
}
