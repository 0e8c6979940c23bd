using System.IO.Compression;
using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

/// <summary>The golden files of <c>golden/tokenizers</c>: committed ones first, the rest from the shared folder.</summary>
internal static class GoldenFiles
{
    private static readonly Lazy<Dictionary<int, GoldenString>> LazyStrings = new(ReadStrings);

    /// <summary>The hard strings by id.</summary>
    public static IReadOnlyDictionary<int, GoldenString> Strings => LazyStrings.Value;

    /// <summary>Path of a golden file (without .gz), committed or shared; null where it is absent.</summary>
    public static string? Find(string relative)
    {
        foreach (var candidate in new[] { relative, relative + ".gz" })
        {
            var committed = SharedFolder.Golden("tokenizers/" + candidate);
            if (File.Exists(committed))
                return committed;
            if (SharedFolder.TryPath("golden/tokenizers/" + candidate) is { } shared)
                return shared;
        }

        return null;
    }

    /// <summary>Content of a golden file, unpacked.</summary>
    public static byte[] Read(string relative)
    {
        var path = Find(relative) ?? throw new InvalidOperationException($"golden file '{relative}' is absent");
        using var file = File.OpenRead(path);
        using var unpacked = new MemoryStream();
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        else
        {
            file.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }

    /// <summary>The rows of a JSON-lines file.</summary>
    public static List<JsonElement> Rows(string relative)
    {
        var rows = new List<JsonElement>();
        var content = Read(relative).AsMemory();
        while (content.Length > 0)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            if (line.Length > 0)
                rows.Add(JsonDocument.Parse(line).RootElement);
        }

        return rows;
    }

    /// <summary>The numbers of an array.</summary>
    public static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>The strings of an array.</summary>
    public static string?[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString())];

    private static Dictionary<int, GoldenString> ReadStrings()
    {
        using var document = JsonDocument.Parse(Read("strings.json"));
        return document.RootElement.GetProperty("strings").EnumerateArray()
            .Select(s => new GoldenString(s.GetProperty("id").GetInt32(), s.GetProperty("text").GetString()!))
            .ToDictionary(s => s.Id);
    }
}
