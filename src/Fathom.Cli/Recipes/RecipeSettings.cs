using System.Text.Json.Nodes;
using Fathom.Cli.Runs;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>What a run follows from: the recipe's values, and its files by content.</summary>
internal static class RecipeSettings
{
    /// <summary>The settings, one a value (<c>optimiser.rate</c>), files by their hashes.</summary>
    public static RunSettings Of(Recipe recipe, IReadOnlyList<FileHash> model, FileHash? train, FileHash? validation, IReadOnlyList<(string Name, FileHash File)>? more = null)
    {
        var settings = new RunSettings("train");
        var json = recipe.ToJson();
        (json["model"] as JsonObject)?.Remove("path");
        (json["data"] as JsonObject)?.Remove("train");
        (json["data"] as JsonObject)?.Remove("validation");

        foreach (var (name, _) in more ?? []) Section(json, name[..name.LastIndexOf('.')])?.Remove(name[(name.LastIndexOf('.') + 1)..]);

        // Changes no bit: a run may go on with or without it.
        (json["batch"] as JsonObject)?.Remove("activation_checkpointing");
        Flatten(settings, json, "");
        if (model.Count > 0) settings.Add("model.files", new JsonArray([.. model.Select(file => (JsonNode)new JsonObject { ["name"] = Path.GetFileName(file.Path), ["sha256"] = file.Sha256 })]));
        if (train is not null) settings.AddFile("data.train", train);
        if (validation is not null) settings.AddFile("data.validation", validation);
        foreach (var (name, file) in more ?? []) settings.AddFile(name, file);
        return settings;
    }

    private static JsonObject? Section(JsonObject json, string path) => path.Split('.').Aggregate((JsonObject?)json, (section, key) => section?[key] as JsonObject);

    private static void Flatten(RunSettings settings, JsonObject values, string path)
    {
        foreach (var (key, value) in values)
        {
            if (value is JsonObject section) Flatten(settings, section, path + key + ".");
            else settings.Add(path + key, value?.DeepClone());
        }
    }
}
