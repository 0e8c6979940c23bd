using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Tokenizers;

namespace Fathom.Benchmarks;

/// <summary>
/// Fathom's side of <c>benchmarks/tokenizer_peers.mjs</c>, which runs it in turn with other libraries: takes one order a line of standard
/// input (<c>{"op","path"}</c>) and answers each with a line: the processor time of this process it took, in seconds.
/// </summary>
internal static class TokenizeServer
{
    public static void Run(Bench bench)
    {
        string[] texts = [];
        int[][] ids = [];
        int[] buffer = [];
        Tokenizer? tokenizer = null;
        while (Console.In.ReadLine() is { } line)
        {
            var order = JsonNode.Parse(line)!;
            var path = (string?)order["path"] ?? "";
            var hash = 0u;
            GC.Collect();
            var start = Environment.CpuUsage.TotalTime;
            switch ((string?)order["op"])
            {
                case "corpus":
                    texts = [.. File.ReadLines(path).Select(text => JsonSerializer.Deserialize<string>(text)!)];
                    buffer = new int[texts.Max(text => text.Length) * 4];
                    break;
                case "load":
                    tokenizer = Load(path);
                    break;
                case "encode":
                    Array.ForEach(texts, text => tokenizer!.Encode(text, buffer, addSpecialTokens: false));
                    break;
                case "ids":
                    ids = Array.ConvertAll(texts, text => tokenizer!.Encode(text, addSpecialTokens: false));
                    hash = ids.SelectMany(text => text).Aggregate(0u, (sum, id) => unchecked((sum * 31) + (uint)id));
                    break;
                case "decode":
                    Array.ForEach(ids, text => tokenizer!.Decode(text, skipSpecialTokens: false));
                    break;
                default:
                    throw new InvalidOperationException($"'{line}' is no order");
            }

            var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            Console.WriteLine(new JsonObject { ["seconds"] = seconds, ["count"] = ids.Sum(text => text.Length), ["hash"] = hash }.ToJsonString());
        }
    }

    private static Tokenizer Load(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return Tokenizer.Load(path).With(truncation: null, padding: null);
        }

        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return Tokenizer.FromJson(content.ToArray(), path).With(truncation: null, padding: null);
    }
}
