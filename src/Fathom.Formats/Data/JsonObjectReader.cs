using System.Text;
using System.Text.Json;

namespace Fathom.Formats;

/// <summary>One JSON object as the fields of a row.</summary>
internal static class JsonObjectReader
{
    /// <summary>Reads a line that must be exactly one object.</summary>
    public static RawRow ReadLine(ReadOnlySpan<byte> json, long line)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var row = Read(ref reader, json, line);
            if (row.Problem is null)
            {
                while (reader.Read())
                {
                }
            }

            return row;
        }
        catch (JsonException broken)
        {
            return RawRow.Bad(line, $"not valid JSON at byte {(broken.BytePositionInLine ?? 0) + 1} of the line: {FileErrors.OneLine(broken.Message)}");
        }
        catch (InvalidOperationException)
        {
            return RawRow.Bad(line, "has a string with half a surrogate pair, which is not valid Unicode");
        }
    }

    /// <summary>Reads the object the reader stands on, up to its closing brace.</summary>
    public static RawRow Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, long line)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return RawRow.Bad(line, "is not a JSON object");
        var fields = new OrderedDictionary<string, DataValue>(StringComparer.Ordinal);
        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!fields.TryAdd(name, Value(ref reader, json))) problem ??= $"has the field {FileErrors.Quote(name)} twice";
        }

        return problem is null ? RawRow.Good(line, fields) : RawRow.Bad(line, problem);
    }

    private static DataValue Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new DataValue(reader.GetString()!);
            case JsonTokenType.Number:
                return new DataValue(DataValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return new DataValue(DataValueKind.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false");
            case JsonTokenType.Null:
                return new DataValue(DataValueKind.Null, "null");
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return new DataValue(DataValueKind.Nested, Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]));
        }
    }
}
