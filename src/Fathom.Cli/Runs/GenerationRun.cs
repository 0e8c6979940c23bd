using System.Text;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Formats;
using Fathom.Models.Generation;

namespace Fathom.Cli.Runs;

/// <summary>
/// Generates for the samples of a set in chunks of fixed size. With a folder every finished chunk is kept, and an interrupted run
/// goes on with the next; a chunk's random numbers follow from the seed and its number, so a resume draws the same.
/// </summary>
internal sealed class GenerationRun : IDisposable
{
    private const int Chunk = 64;
    private const ulong ChunkStride = 0x9E3779B97F4A7C15;
    private readonly VerbContext _context;
    private readonly ITextWriter _session;
    private readonly SampleSet _set;
    private readonly GenerationOptions _options;
    private readonly RunFolder? _folder;
    private readonly RecordLog? _log;
    private readonly List<JsonObject> _outputs = [];

    private GenerationRun(VerbContext context, ITextWriter session, SampleSet set, GenerationOptions options, RunFolder? folder, IReadOnlyDictionary<string, string>? settings)
    {
        (_context, _session, _set, _options, _folder) = (context, session, set, options, folder);
        if (folder is not null)
        {
            _log = RecordLog.Open(folder.PathOf("outputs.log"), settings!, Recover);
        }
    }

    /// <summary>What went through the model.</summary>
    public TraceCounter Counter { get; } = new();

    /// <summary>Opens the run, in its folder if the command line names one.</summary>
    /// <exception cref="FathomException">The folder holds a run of other settings, or cannot be written.</exception>
    public static GenerationRun Open(VerbContext context, ITextWriter session, PromptEncoder prompts, SampleSet set, GenerationOptions options)
    {
        if (context.Get(CommonOptions.Out) is not { } path)
        {
            return new GenerationRun(context, session, set, options, folder: null, settings: null);
        }

        var settings = new RunSettings("generate")
            .Add("model", session.Fingerprint)
            .Add("data", set.File.Sha256)
            .Add("template", prompts.Description)
            .Add("limit", context.Get(DataFlags.Limit))
            .Add("max_new_tokens", options.MaxNewTokens)
            .Add("temperature", options.Temperature)
            .Add("top_k", options.TopK)
            .Add("top_p", options.TopP)
            .Add("min_p", options.MinP)
            .Add("stop", JsonText.Texts(options.StopStrings))
            .Add("seed", options.Seed);
        var folder = RunFolder.Open(path, settings, session.Files, context);
        try
        {
            return new GenerationRun(context, session, set, options, folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["settings"] = JsonText.Compact(settings.ToJson()) });
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Generates what is missing; the outputs in the order of the samples.</summary>
    /// <exception cref="OperationCanceledException">The person asked to stop; finished chunks are kept.</exception>
    public IReadOnlyList<JsonObject> Run(bool streaming)
    {
        using var progress = streaming ? null : _context.StartProgress("generate", "samples", _set.Samples.Count);
        progress?.AlreadyDone(_outputs.Count);
        var finished = _outputs.Count;
        for (var first = _outputs.Count; first < _set.Samples.Count; first += Chunk)
        {
            var samples = _set.Samples.Skip(first).Take(Chunk).ToArray();
            var options = _options with { Seed = unchecked(_options.Seed + ((ulong)(first / Chunk) * ChunkStride)) };
            var start = _context.Time.GetTimestamp();
            var results = _session.Generate([.. samples.Select(sample => sample.PromptTokens)], options, OnToken, _context.Stop);
            Counter.Spent(_context.Time.GetElapsedTime(start));
            var chunk = new JsonArray();
            foreach (var (result, sample) in results.Zip(samples))
            {
                Counter.Made(result.PromptTokens.Length, result.Tokens.Length);
                chunk.Add((JsonNode)Json(sample, result));
            }

            _log?.Append(Encoding.UTF8.GetBytes(JsonText.Compact(chunk)));
            _outputs.AddRange(chunk.Select(one => (JsonObject)one!.DeepClone()));
        }

        return _outputs;

        void OnToken(GeneratedToken token)
        {
            if (streaming)
            {
                _context.Terminal.Out.Write(token.Text);
                _context.Terminal.Out.Flush();
            }

            if (token.Finish is not null)
            {
                progress?.Report(++finished);
            }
        }
    }

    /// <summary>Writes the folder's files.</summary>
    public void Finish(JsonObject result)
    {
        if (_folder is not null)
        {
            _folder.WriteLines("samples.jsonl", _outputs);
            _folder.Finish(result, new JsonObject { ["throughput"] = Counter.ToJson() });
        }
    }

    public void Dispose()
    {
        _log?.Dispose();
        _folder?.Dispose();
    }

    private void Recover(ReadOnlySpan<byte> record)
    {
        foreach (var one in JsonNode.Parse(record)!.AsArray())
        {
            var output = (JsonObject)one!.DeepClone();
            Counter.Resumed((int)output["prompt_tokens"]!, output["tokens"]!.AsArray().Count);
            _outputs.Add(output);
        }
    }

    private static JsonObject Json(Sample sample, GenerationResult result) => new()
    {
        ["index"] = sample.Index,
        ["text"] = sample.Text,
        ["output"] = result.Text,
        ["tokens"] = JsonText.Numbers(result.Tokens),
        ["log_probabilities"] = JsonText.Numbers(result.LogProbabilities),
        ["entropies"] = JsonText.Numbers(result.Entropies),
        ["max_probabilities"] = JsonText.Numbers(result.MaxProbabilities),
        ["prompt_tokens"] = result.PromptTokens.Length,
        ["finish_reason"] = result.Finish == FinishReason.Length ? "length" : "stop",
    };
}
