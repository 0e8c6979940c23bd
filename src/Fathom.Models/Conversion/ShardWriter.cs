using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Writes the tensors of a folder: one file, or shards of at most a given length with an index, named as on the hub.</summary>
internal static class ShardWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IReadOnlyList<PlannedTensor> plans, string folder, ConversionOptions options, CancellationToken stop)
    {
        var shards = Split(plans, options.ShardBytes ?? long.MaxValue);
        var total = plans.Sum(plan => plan.Bytes);
        var where = new SortedDictionary<string, string>(StringComparer.Ordinal);
        long done = 0;
        for (var i = 0; i < shards.Count; i++)
        {
            var name = shards.Count == 1 ? WeightsFolder.SingleFile : string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");

            // Readers that map the file want larger element types first.
            var ordered = shards[i].OrderByDescending(plan => DTypeInfo.Of(plan.Type).BytesPerBlock).ToList();
            using var writer = SafetensorsWriter.Create(Path.Combine(folder, name), [.. ordered.Select(plan => new SafetensorsEntry(plan.Name, plan.Type, plan.Shape))], new Dictionary<string, string> { ["format"] = "pt" });
            ModelConverter.WriteAll(ordered, writer.Write, options, stop, done, total);
            writer.Complete();
            done += ordered.Sum(plan => plan.Bytes);
            foreach (var plan in ordered) where.Add(plan.Name, name);
        }

        if (shards.Count == 1) return;
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = total },
            ["weight_map"] = new JsonObject(where.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
        };
        AtomicFile.WriteAllText(Path.Combine(folder, WeightsFolder.IndexFile), index.ToJsonString(Indented) + "\n");
    }

    // In the order of the pass; a tensor that is longer than a shard has one to itself.
    private static List<List<PlannedTensor>> Split(IReadOnlyList<PlannedTensor> plans, long most)
    {
        var shards = new List<List<PlannedTensor>> { new() };
        long bytes = 0;
        foreach (var plan in plans)
        {
            if (shards[^1].Count > 0 && plan.Bytes > most - bytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(plan);
            bytes += plan.Bytes;
        }

        return shards;
    }
}
