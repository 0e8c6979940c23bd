using System.Text;
using System.Text.Json.Nodes;

namespace Fathom.Testing;

/// <summary>Copies of a safetensors file, well formed, in which one tensor is not what it was: for readers that must cope or complain.</summary>
public static class OddSafetensors
{
    /// <summary>Names of a file's tensors.</summary>
    public static IReadOnlyList<string> Names(string path) => [.. Header(File.ReadAllBytes(path)).Select(pair => pair.Key).Where(name => name != "__metadata__")];

    /// <summary>Writes the copies one after another to <paramref name="target"/> and says what is odd about each: another name, another shape, another type of the same width.</summary>
    public static IEnumerable<string> Copies(string source, string target, IEnumerable<string> names)
    {
        var bytes = File.ReadAllBytes(source);
        foreach (var name in names)
        {
            foreach (var (what, change) in Changes)
            {
                var header = Header(bytes);
                var entry = header[name]!.AsObject();
                if (!change(header, name, entry)) continue;
                var text = Encoding.UTF8.GetBytes(header.ToJsonString());
                var data = bytes.AsSpan(8 + (int)BitConverter.ToUInt64(bytes, 0));
                File.WriteAllBytes(target, [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]);
                yield return $"{name}: {what}";
            }
        }
    }

    private static readonly (string What, Func<JsonObject, string, JsonObject, bool> Change)[] Changes =
    [
        ("another name", (header, name, entry) =>
        {
            header.Remove(name);
            header.Add("odd." + name, entry);
            return true;
        }),
        ("flat", (_, _, entry) => Reshape(entry, shape => new JsonArray(shape.Aggregate(1L, (product, next) => product * (long)next!)))),
        ("one dimension more", (_, _, entry) => Reshape(entry, shape => new JsonArray([1, .. shape.Select(next => next!.DeepClone())]))),
        ("turned round", (_, _, entry) => Reshape(entry, shape => new JsonArray([.. shape.Reverse().Select(next => next!.DeepClone())]))),
        ("another type", (_, _, entry) =>
        {
            entry["dtype"] = (string?)entry["dtype"] switch { "I64" => "F64", "F32" => "I32", "I32" => "F32", var other => other };
            return true;
        }),
        ("bytes", (_, _, entry) =>
        {
            var places = entry["data_offsets"]!.AsArray();
            (entry["dtype"], entry["shape"]) = ("U8", new JsonArray((long)places[1]! - (long)places[0]!));
            return true;
        }),
    ];

    private static bool Reshape(JsonObject entry, Func<JsonArray, JsonArray> reshape)
    {
        var shape = entry["shape"]!.AsArray();
        var odd = reshape(shape);
        if (JsonNode.DeepEquals(shape, odd)) return false;
        entry["shape"] = odd;
        return true;
    }

    private static JsonObject Header(byte[] bytes) => JsonNode.Parse(bytes.AsSpan(8, (int)BitConverter.ToUInt64(bytes, 0)))!.AsObject();
}
