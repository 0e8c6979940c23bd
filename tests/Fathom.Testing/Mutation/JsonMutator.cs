using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Tensors;

namespace Fathom.Testing.Mutation;

/// <summary>Changes parts of a JSON document, which stays JSON: values of other types and sizes, keys gone, renamed and moved. The same seed and number give the same document.</summary>
public sealed class JsonMutator(ulong seed)
{
    // Larger documents are damaged byte by byte only: copying their tree a million times takes days.
    private const int LargestBytes = 1 << 16;

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "2", "0.5", "-0.0", "1e-320", "1e308", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "18446744073709551616", "99999999999999999999999999",
        "[]", "{}", "[[[[[[[[]]]]]]]]", "[null]", "[-1]", "[\"\"]", "{\"\":null}", "\"\"", "\" \"", "\"a\"", "\"\\u0000\"", "\"@lone@\"", "\"\\u2581\"", "\"../../etc/passwd\"", "\"(((((a+)+)+)+)+)+$\"", "\"[\"", "\"(?<!x*)y\"", "\"%s\\n\"",
    ];

    /// <summary>The document, or null where a file is none, or too large to be changed part by part.</summary>
    public static JsonNode? TryParse(byte[] file)
    {
        if (file.Length is 0 or > LargestBytes || file[0] is not ((byte)'{' or (byte)'[')) return null;
        try
        {
            return JsonNode.Parse(file);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The changed document of a number.</summary>
    public byte[] Mutate(JsonNode document, long number)
    {
        var random = new CounterRandom(seed, (ulong)number);
        var root = document.DeepClone();
        for (var steps = 1 + random.NextInt32(3); steps > 0; steps--) root = Step(root, random);

        // Half a character is JSON, but no node can hold it.
        return Encoding.UTF8.GetBytes((root?.ToJsonString() ?? "null").Replace("@lone@", @"\ud800", StringComparison.Ordinal));
    }

    private static JsonNode? Step(JsonNode? root, CounterRandom random)
    {
        // The holder of the part: a walk from the root that stops anywhere on its way down.
        JsonNode? holder = root;
        while (Child(holder, random) is (JsonObject or JsonArray) and { } inner && random.NextInt32(3) > 0) holder = inner;
        switch (holder)
        {
            case JsonObject { Count: > 0 } fields:
                var key = fields.ElementAt(random.NextInt32(fields.Count)).Key;
                Change(random, value => fields[key] = value, () => fields.Remove(key), fields[key], (name, value) => fields[name] = value);
                return root;
            case JsonArray { Count: > 0 } items:
                var at = random.NextInt32(items.Count);
                Change(random, value => items[at] = value, () => items.RemoveAt(at), items[at], (_, value) => items.Add(value));
                return root;
            default:
                return JsonNode.Parse(Values[random.NextInt32(Values.Length)]);
        }
    }

    private static void Change(CounterRandom random, Action<JsonNode?> put, Action remove, JsonNode? old, Action<string, JsonNode?> add)
    {
        switch (random.NextInt32(7))
        {
            case 0:
                remove();
                break;
            case 1:
                add(random.NextInt32(2) == 0 ? "extra" : "", old?.DeepClone());
                break;
            case 2:
                put(new JsonArray(old?.DeepClone(), old?.DeepClone()));
                break;
            case 3:
                put(new JsonObject { ["type"] = old?.DeepClone() });
                break;
            case 4:
                put(Nested(1 + random.NextInt32(70), old?.DeepClone()));
                break;
            default:
                put(JsonNode.Parse(Values[random.NextInt32(Values.Length)]));
                break;
        }
    }

    private static JsonNode? Nested(int depth, JsonNode? inner)
    {
        for (; depth > 0; depth--) inner = new JsonArray(inner);
        return inner;
    }

    private static JsonNode? Child(JsonNode? node, CounterRandom random) => node switch
    {
        JsonObject { Count: > 0 } fields => fields.ElementAt(random.NextInt32(fields.Count)).Value,
        JsonArray { Count: > 0 } items => items[random.NextInt32(items.Count)],
        _ => null,
    };
}
