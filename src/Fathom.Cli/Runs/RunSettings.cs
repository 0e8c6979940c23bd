using System.Text.Json.Nodes;

namespace Fathom.Cli.Runs;

/// <summary>
/// Everything a run's results follow from: verb, model, data (by content) and options that change numbers. Two runs with equal
/// settings give the same <c>result.json</c>; a folder of other settings is refused. Threads and batch size do not belong here.
/// </summary>
internal sealed class RunSettings
{
    private readonly JsonObject _values = [];

    public RunSettings(string command) => _values["command"] = command;

    /// <summary>The settings in the order they were added.</summary>
    public JsonObject ToJson() => (JsonObject)_values.DeepClone();

    /// <summary>Adds a setting.</summary>
    public RunSettings Add(string name, JsonNode? value)
    {
        _values[name] = value;
        return this;
    }

    /// <summary>Adds a file by its content; moving it does not make another run of it.</summary>
    public RunSettings AddFile(string name, FileHash file) =>
        Add(name, new JsonObject { ["name"] = Path.GetFileName(file.Path), ["bytes"] = file.Bytes, ["sha256"] = file.Sha256 });

    /// <summary>Name of the first setting that differs from <paramref name="other"/>, with both values; null when all are equal.</summary>
    public (string Name, string Here, string There)? DifferenceFrom(JsonObject other)
    {
        foreach (var name in _values.Select(pair => pair.Key).Union(other.Select(pair => pair.Key)))
        {
            _values.TryGetPropertyValue(name, out var here);
            other.TryGetPropertyValue(name, out var there);
            if (!JsonNode.DeepEquals(here, there))
            {
                return (name, Short(here), Short(there));
            }
        }

        return null;
    }

    private static string Short(JsonNode? value)
    {
        var text = value is null ? "none" : Output.JsonText.Compact(value);
        return text.Length <= 80 ? text : text[..77] + "...";
    }
}
