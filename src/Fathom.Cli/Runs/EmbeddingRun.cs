using System.Globalization;
using System.Runtime.InteropServices;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Formats;
using Fathom.Models.Encoders.Sentences;
using Fathom.Tensors;

namespace Fathom.Cli.Runs;

/// <summary>
/// Embeds the texts of a data file, a chunk at a time. With a file to write, every finished text goes to a log beside it
/// (<c>FILE.partial</c>), the same command goes on with the next after an interruption, and the file appears whole at the end.
/// </summary>
internal sealed class EmbeddingRun(VerbContext context, SentenceEmbedder embedder, string data, string? outFile)
{
    private const int Chunk = 64;
    private readonly List<SentenceEmbedding> _results = [];

    /// <summary>The file the vectors are in, or null: they are in <see cref="Results"/>.</summary>
    public string? OutFile => outFile;

    /// <summary>How states are pooled, for people.</summary>
    public string Pooling { get; } = string.Join('+', embedder.Poolings.Select(SentencePoolingNames.Name));

    /// <summary>The vectors in the order of the texts, where there is no file.</summary>
    public IReadOnlyList<SentenceEmbedding> Results => _results;

    /// <summary>Texts.</summary>
    public int Count { get; private set; }

    /// <summary>Texts that were cut.</summary>
    public int Truncated { get; private set; }

    /// <summary>Tokens of all texts.</summary>
    public long Tokens { get; private set; }

    /// <summary>Time spent computing in this process.</summary>
    public double Seconds { get; private set; }

    /// <summary>Embeds what is missing.</summary>
    /// <exception cref="OperationCanceledException">The person asked to stop; finished texts are kept.</exception>
    public void Run()
    {
        var rows = DataSet.Read(data, DataFlags.OptionsOf(context)).Count();
        if (outFile is null)
        {
            Embed(rows, _results.Add);
            return;
        }

        var partial = outFile + ".partial";
        var folder = Path.GetDirectoryName(Path.GetFullPath(outFile));
        if (!Directory.Exists(folder)) throw new FathomException($"{outFile}: its folder {folder} does not exist");
        using (var log = RecordLog.Open(partial, Settings(), record => Note(EmbeddingRecord.Read(record, embedder.Dimensions, partial))))
        {
            Embed(rows, one => log.Append(EmbeddingRecord.Write(one)));
        }

        var results = RecordLog.Read(partial).Select(record => EmbeddingRecord.Read(record, embedder.Dimensions, partial));
        if (outFile.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) WriteSafetensors(outFile, results);
        else WriteLines(outFile, results);
        File.Delete(partial);
    }

    private void Embed(int rows, Action<SentenceEmbedding> keep)
    {
        using var progress = context.StartProgress("embed", "texts", rows);
        progress.AlreadyDone(Count);
        foreach (var chunk in DataSet.Read(data, DataFlags.OptionsOf(context)).Skip(Count).Select(row => row.Text).Chunk(Chunk))
        {
            context.ThrowIfStopped();
            var start = context.Time.GetTimestamp();
            var made = embedder.Embed(chunk);
            Seconds += context.Time.GetElapsedTime(start).TotalSeconds;
            foreach (var one in made)
            {
                keep(one);
                Note(one);
            }

            progress.Report(Count);
        }
    }

    private void Note(SentenceEmbedding one)
    {
        Count++;
        Tokens += one.Tokens;
        if (one.Truncated) Truncated++;
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["command"] = "embed",
        ["model"] = embedder.Fingerprint,
        ["data"] = FileHash.Of(data, context.Stop).Sha256,
        ["text_field"] = context.Get(DataFlags.TextField) ?? "",
        ["limit"] = context.Get(DataFlags.Limit)?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["trim"] = context.Get(DataFlags.Trim) ? "true" : "false",
        ["pooling"] = Pooling,
        ["normalized"] = embedder.Normalized ? "true" : "false",
        ["max_tokens"] = embedder.MaxTokens.ToString(CultureInfo.InvariantCulture),
    };

    private static void WriteLines(string path, IEnumerable<SentenceEmbedding> results) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        foreach (var (one, index) in results.Select((one, index) => (one, index))) writer.WriteLine(JsonText.Compact(EmbeddingJson.Line(index, one)));
    });

    private void WriteSafetensors(string path, IEnumerable<SentenceEmbedding> results)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["model"] = embedder.Fingerprint,
            ["pooling"] = Pooling,
            ["normalized"] = embedder.Normalized ? "true" : "false",
        };
        using var writer = SafetensorsWriter.Create(path, [new SafetensorsEntry("embeddings", DType.F32, [Count, embedder.Dimensions])], metadata);
        foreach (var one in results) writer.Write(MemoryMarshal.AsBytes(one.Vector.AsSpan()));
        writer.Complete();
    }
}
