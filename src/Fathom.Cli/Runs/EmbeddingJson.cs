using System.Text.Json.Nodes;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Cli.Runs;

/// <summary>Vectors as JSON.</summary>
internal static class EmbeddingJson
{
    /// <summary>The numbers, each the shortest that reads back as the same float.</summary>
    public static JsonArray Vector(float[] vector) => new([.. vector.Select(value => (JsonNode?)JsonValue.Create(value))]);

    /// <summary>One text's line.</summary>
    public static JsonObject Line(int index, SentenceEmbedding one) => new()
    {
        ["index"] = index,
        ["tokens"] = one.Tokens,
        ["truncated"] = one.Truncated,
        ["embedding"] = Vector(one.Vector),
    };
}
