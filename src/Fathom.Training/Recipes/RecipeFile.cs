using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Fathom.Training.Recipes;

/// <summary>
/// Reads YAML files into records: keys are the properties in snake case; unknown keys (the nearest known one is named), values of
/// another type and aliases are refused with the line they stand on.
/// </summary>
public static class RecipeFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">A record whose properties are texts, numbers, truth values, enumerations, lists, <see cref="JsonObject"/>s or such records.</typeparam>
    /// <param name="path">The YAML file.</param>
    /// <param name="settings">Values that stand above the file's: <c>optimiser.rate=1e-4</c>.</param>
    /// <param name="check">Refuses values that do not go together, by a condition, the path of the key and what is wrong with it.</param>
    /// <exception cref="FathomException">The file is not such a record, or <paramref name="check"/> refused it; the message names the line.</exception>
    public static T Read<T>(string path, IReadOnlyList<string>? settings = null, Action<T, Action<bool, string, string>>? check = null)
        where T : new()
    {
        var source = RecipeSource.Read(path, settings ?? []);
        var recipe = RecipeBinder.Bind<T>(source);
        check?.Invoke(recipe, (holds, key, what) =>
        {
            if (!holds) throw source.Wrong(key, what);
        });
        return recipe;
    }

    /// <summary>Every value of a record, defaults too, with the keys of the file.</summary>
    public static JsonObject ToJson<T>(T recipe) => JsonSerializer.SerializeToNode(recipe, Json)!.AsObject();
}
