using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Fathom.Tokenizers;

namespace Fathom.Benchmarks;

/// <summary>
/// Encoding and decoding English text (WikiText's test set) on one thread, MB (10^6 bytes of UTF-8) a second, against what was measured of
/// Hugging Face's Rust library on a machine of this kind: 1.0 to 1.6 MB/s encoding, 9 to 14 MB/s decoding (the upper figure is the divisor).
/// </summary>
internal static class TokenizeBenchmark
{
    private const double PeerEncode = 1.6;
    private const double PeerDecode = 14;
    private const int Letters = 1_000_000;
    private static readonly string[] Names = ["gpt2", "llama3.1", "smollm2", "qwen3", "t5", "bert-uncased", "mistral-v1", "mistral-v3", "clip"];

    public static void Run(Bench bench)
    {
        var shared = Environment.GetEnvironmentVariable("FATHOM_SHARED") ?? Path.Combine("..", "shared");
        var corpus = Path.Combine(shared, "data", "wikitext", "wikitext_document_level-test.json");
        if (!File.Exists(corpus))
        {
            Console.Error.WriteLine($"tokenize: {corpus} was not found: run in the repository beside 'shared', or name the folder in FATHOM_SHARED.");
            return;
        }

        var documents = Documents(corpus);
        var size = documents.Sum(Encoding.UTF8.GetByteCount);
        Console.WriteLine($"\n### Tokenizers, one thread, {size / 1e6:F2} MB of WikiText in {documents.Length} documents (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| tokenizer | encode MB/s | ratio to {0} | words not seen before MB/s | ratio to {0} | first pass MB/s | decode MB/s | ratio to {1} | s for a word of 10^6 letters | 2 x 10^6 | 4 x 10^6 |\n|---|---|---|---|---|---|---|---|---|---|---|", PeerEncode, PeerDecode);
        foreach (var name in Names)
        {
            if (Content(shared, name) is { } content)
            {
                Measure(bench, name, () => Tokenizer.FromJson(content, name).With(truncation: null, padding: null), documents, size);
            }
        }
    }

    private static void Measure(Bench bench, string name, Func<Tokenizer> load, string[] documents, int size)
    {
        var buffer = new int[documents.Max(text => text.Length) * 4];
        void Encode(Tokenizer tokenizer) => Array.ForEach(documents, text => tokenizer.Encode(text, buffer, addSpecialTokens: false));
        double Timed(Action run)
        {
            var start = bench.Now();
            run();
            return (bench.Now() - start).TotalSeconds;
        }

        // The first pass pays for just-in-time compilation too; a fresh tokenizer's after it only for words not seen before.
        var tokenizer = load();
        var first = Timed(() => Encode(tokenizer));
        var ids = Array.ConvertAll(documents, text => tokenizer.Encode(text, addSpecialTokens: false));
        var word = Word(Letters);
        var twice = Word(2 * Letters);
        var fourTimes = Word(4 * Letters);
        var times = bench.NewTiming(0.05)
            .Add("encode", () => Encode(tokenizer))
            .Add("decode", () => Array.ForEach(ids, document => tokenizer.Decode(document)))
            .Add("word", () => tokenizer.CountTokens(word, addSpecialTokens: false))
            .Add("twice", () => tokenizer.CountTokens(twice, addSpecialTokens: false))
            .Add("four times", () => tokenizer.CountTokens(fourTimes, addSpecialTokens: false))
            .Measure();
        var cold = size / 1e6 / Timing.Median(Enumerable.Range(0, bench.Rounds).Select(_ =>
        {
            var fresh = load();
            return Timed(() => Encode(fresh));
        }));
        var encode = size / 1e6 / Timing.Median(times["encode"]);
        var decode = size / 1e6 / Timing.Median(times["decode"]);
        var seconds = Timing.Median(times["word"]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {encode:F1} | {encode / PeerEncode:F1} | {cold:F1} | {cold / PeerEncode:F1} | {size / 1e6 / first:F1} | {decode:F0} | {decode / PeerDecode:F1} | {seconds:F2} | {Timing.Median(times["twice"]) / seconds:F1}x | {Timing.Median(times["four times"]) / seconds:F1}x |"));
    }

    private static string[] Documents(string path) =>
    [
        .. File.ReadLines(path)
            .Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.String).Value.GetString()!)
            .Where(text => text.Length > 0),
    ];

    private static byte[]? Content(string shared, string name)
    {
        var path = Path.Combine(shared, "golden", "tokenizers", "real", name, "tokenizer.json.gz");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"tokenize: {name} is left out, {path} is not there.");
            return null;
        }

        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }

    // Letters with no period, so that no cache helps.
    private static string Word(int length)
    {
        var random = new Fathom.Tensors.CounterRandom(7);
        return string.Create(length, random, (letters, source) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = (char)('a' + (int)(source.NextSingle() * 26));
            }
        });
    }
}
