using System.Buffers;
using System.Text.Json;

namespace Fathom.Formats;

/// <summary>Settings as one JSON object of strings, sorted by name. By hand, because programs compiled ahead of time have no serializer by reflection.</summary>
internal static class SettingsJson
{
    public static byte[] Write(IReadOnlyDictionary<string, string> settings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in settings.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(name, value);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null when the bytes are not an object of strings.</summary>
    public static SortedDictionary<string, string>? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var json = new Utf8JsonReader(bytes);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                if (!json.Read() || json.TokenType != JsonTokenType.String || !settings.TryAdd(name, json.GetString()!)) return null;
            }

            return json.Read() ? null : settings;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
