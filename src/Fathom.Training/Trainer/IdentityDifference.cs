using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>Says in what two descriptions of a run differ.</summary>
public static class IdentityDifference
{
    private const int Most = 5;
    private const int Longest = 80;

    /// <summary>Every difference, as <c>optimiser.rate was 0.001, now 0.002</c>, joined by semicolons; empty where there is none.</summary>
    public static string Describe(JsonNode? before, JsonNode? now)
    {
        var differences = new List<string>();
        Collect(before, now, "", differences);
        return string.Join("; ", differences.Take(Most)) + (differences.Count > Most ? $"; and {differences.Count - Most} more" : "");
    }

    private static void Collect(JsonNode? before, JsonNode? now, string path, List<string> differences)
    {
        if (JsonNode.DeepEquals(before, now)) return;
        if (before is JsonObject old && now is JsonObject current)
        {
            foreach (var key in old.Select(pair => pair.Key).Union(current.Select(pair => pair.Key)))
                Collect(old[key], current[key], path.Length == 0 ? key : $"{path}.{key}", differences);
            return;
        }

        differences.Add($"{path} was {Short(before)}, now {Short(now)}");
    }

    private static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "none";
        return text.Length <= Longest ? text : text[..(Longest - 3)] + "...";
    }
}
