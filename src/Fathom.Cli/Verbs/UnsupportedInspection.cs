using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Formats;

namespace Fathom.Cli.Verbs;

/// <summary>What <c>fathom model inspect</c> says of a model that cannot be used here: what its files tell all the same, and why not.</summary>
internal static class UnsupportedInspection
{
    private const int LongestConfig = 16 << 20;

    public static void Answer(VerbContext context, string path, FathomException refusal, SafetyReport safety)
    {
        var said = Said(path);
        var stored = StoredWeights.OrNone(path);
        var parameters = stored.Sum(entry => entry.Parameters);
        var result = new JsonObject
        {
            ["command"] = "model inspect",
            ["location"] = path,
            ["supported"] = false,
            ["reason"] = refusal.Message,
            ["model_type"] = said.Type,
            ["context_tokens"] = said.Context,
            ["parameters"] = stored.Count > 0 ? parameters : null,
            ["types"] = new JsonArray([.. stored.Select(entry => (JsonNode)entry.ToJson())]),
            ["memory"] = stored.Count == 0 ? null : new JsonObject
            {
                ["as_stored_bytes"] = stored.Sum(entry => entry.Bytes),
                ["32_bit_bytes"] = parameters * 4,
                ["16_bit_bytes"] = parameters * 2,
                ["8_bit_bytes"] = parameters,
            },
        };
        safety.AddTo(result);
        context.Answer(result, output =>
        {
            var table = new TextTable("what", "value").Row("model", path).Row("supported", "no, see the error below");
            if (said.Type is { } type) table.Row("says it is", type);
            if (said.Context is { } tokens) table.Row("context", $"{tokens.ToString(CultureInfo.InvariantCulture)} tokens");
            if (stored.Count > 0)
            {
                table.Row("parameters", Units.Count(parameters))
                    .Row("stored as", string.Join(", ", stored.Select(entry => $"{entry.Type} ({entry.Tensors} tensors, {Units.Bytes(entry.Bytes)})")))
                    .Row("memory of weights", $"{Units.Bytes(stored.Sum(entry => entry.Bytes))} as stored; {Units.Bytes(parameters * 4)} / {Units.Bytes(parameters * 2)} / {Units.Bytes(parameters)} at 32 / 16 / 8 bits");
            }

            table.Row("safety", safety.Spoken).Row("licence", safety.License ?? "not named").Write(output, context.Terminal);
        });
    }

    // What a file says of itself goes to a terminal.
    private static string Clean(string text) => string.Concat(text.Take(64).Where(c => !char.IsControl(c)));

    // Kind and context by config.json or GGUF metadata, as far as they can be read.
    private static (string? Type, long? Context) Said(string path)
    {
        try
        {
            if (File.Exists(path) && path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            {
                using var file = GgufFile.Open(path);
                var architecture = file.Metadata.String("general.architecture", null);
                var key = architecture + ".context_length";
                return (architecture is null ? null : Clean(architecture), architecture is not null && file.Metadata.Contains(key) ? file.Metadata.Int64(key) : null);
            }

            var config = Path.Combine(path, "config.json");
            if (new FileInfo(config) is not { Exists: true, Length: <= LongestConfig } || JsonNode.Parse(File.ReadAllBytes(config)) is not JsonObject root) return (null, null);
            var type = (root["model_type"] as JsonValue)?.TryGetValue<string>(out var text) == true ? Clean(text) : null;
            var context = (root["max_position_embeddings"] as JsonValue)?.TryGetValue<long>(out var tokens) == true ? tokens : (long?)null;
            return (type, context);
        }
        catch (Exception failure) when (failure is FathomException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            // The refusal says what is wrong.
            return (null, null);
        }
    }
}
