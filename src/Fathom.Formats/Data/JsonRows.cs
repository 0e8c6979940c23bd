using System.Text.Json;

namespace Fathom.Formats;

/// <summary>A file that is one JSON array of objects; one that begins with an object is read as one object a line.</summary>
internal static class JsonRows
{
    /// <summary>An array is read whole, so it is for small sets; large ones are one object a line.</summary>
    public const int LongestArray = 256 << 20;

    public static IEnumerable<RawRow> Read(Stream stream, string file)
    {
        var content = new MemoryStream();
        var block = new byte[1 << 16];
        for (int read; (read = DataStream.Read(stream, block, file)) > 0;)
        {
            if (content.Length + read > LongestArray) throw new FathomException($"{file}: a .json file of more than {LongestArray >> 20} MiB is not read; write one object a line and call it .jsonl");
            content.Write(block, 0, read);
        }

        content.Position = 0;
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        if (bytes is [0xEF, 0xBB, 0xBF, .. var rest]) bytes = rest;
        return bytes.TrimStart(" \t\r\n"u8) is [(byte)'[', ..] ? ReadArray(bytes, file) : LineRows.JsonLines(content, file);
    }

    private static List<RawRow> ReadArray(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            var rows = new List<RawRow>();
            var reader = new Utf8JsonReader(json);
            reader.Read();
            long line = 1;
            var counted = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += json[counted..start].Count((byte)'\n');
                counted = start;
                rows.Add(JsonObjectReader.Read(ref reader, json, line));
                if (reader.TokenType is JsonTokenType.StartArray) reader.Skip();
            }

            while (reader.Read())
            {
            }

            return rows;
        }
        catch (JsonException broken)
        {
            throw new FathomException($"{file}: line {(broken.LineNumber ?? 0) + 1}: not valid JSON: {FileErrors.OneLine(broken.Message)}", broken);
        }
        catch (InvalidOperationException notText)
        {
            throw new FathomException($"{file}: has a string that is not valid Unicode", notText);
        }
    }
}
