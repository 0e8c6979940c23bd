using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Cli.Output;

/// <summary>JSON as the tool writes it: readable characters unescaped, numbers that JSON lacks as null.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    /// <summary>The value on one line.</summary>
    public static string Compact(JsonNode value) => Encoding.UTF8.GetString(Write(value, OneLine));

    /// <summary>The value over several lines, ending in a line break: the form of the files of a run.</summary>
    public static byte[] File(JsonNode value) => [.. Write(value, Indented), (byte)'\n'];

    /// <summary>A number, or null where it is none (NaN, infinities).</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>An array of numbers.</summary>
    public static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(Number)]);

    /// <summary>An array of whole numbers.</summary>
    public static JsonArray Numbers(IEnumerable<int> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    /// <summary>An array of texts.</summary>
    public static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    private static byte[] Write(JsonNode value, JsonWriterOptions options)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            value.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
