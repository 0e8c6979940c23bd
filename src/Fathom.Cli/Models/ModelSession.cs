using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Models;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Tokenizers;

namespace Fathom.Cli.Models;

/// <summary>A model opened for a command, with what commands ask of it.</summary>
internal sealed class ModelSession : ITextWriter
{
    // Activations, packed weights' bookkeeping and the runtime itself.
    private const long Overhead = 200L << 20;

    // Keys and values under way: beyond some twenty sequences together nothing gets faster, so memory is better spent elsewhere.
    private const long MostCacheBytes = 96L << 20;
    private readonly int? _batchSize;
    private readonly Lazy<IReadOnlyList<FileHash>> _files;
    private readonly Lazy<string> _adapterFingerprint;

    private ModelSession(LanguageModel model, string name, int? batchSize, string? adapter)
    {
        _adapterFingerprint = new Lazy<string>(() => FingerprintOf(model, adapter));
        Model = model;
        Name = name;
        _batchSize = batchSize;
        _files = new Lazy<IReadOnlyList<FileHash>>(() => [.. model.Files.Select(path => FileHash.Of(path))]);
    }

    public LanguageModel Model { get; }

    /// <summary>Name of its folder or file, for people.</summary>
    public string Name { get; }

    public Tokenizer Tokenizer => Model.Tokenizer;

    /// <summary>Fingerprint of the adapter's files; empty without one.</summary>
    public string AdapterFingerprint => _adapterFingerprint.Value;

    /// <summary>The model's files with their hashes.</summary>
    public IReadOnlyList<FileHash> Files => _files.Value;

    /// <inheritdoc/>
    public int ContextLength => Model.Config.ContextLength;

    /// <inheritdoc/>
    public string Fingerprint => Model.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions options, Action<GeneratedToken> onToken, CancellationToken stop) =>
        Model.Generate(prompts, options, onToken, Batch, stop);

    /// <summary>Opens what MODEL names.</summary>
    /// <exception cref="FathomException">There is no such model, or it is not supported.</exception>
    public static ModelSession Open(string model, VerbContext context) => Open(model, context.Get(CommonOptions.Adapter), context);

    /// <summary>Opens what MODEL names, with an adapter on it.</summary>
    /// <exception cref="FathomException">There is no such model, or it is not supported.</exception>
    public static ModelSession Open(string model, string? adapter, VerbContext context)
    {
        var path = ModelLocator.Find(model);
        var name = ModelName.Of(path);
        var loaded = LanguageModel.Load(path, new LoadOptions { Threads = context.Get(CommonOptions.Threads), Adapter = adapter });
        foreach (var warning in loaded.Warnings) context.Note($"warning: {warning}");
        return new ModelSession(loaded, adapter is null ? name : $"{name}+{ModelName.Of(adapter)}", context.Get(CommonOptions.BatchSize), adapter);
    }

    /// <summary>Whether a model was taught a task, as far as its place tells: with an adapter, or in the folder of a training run.</summary>
    public static bool IsFineTuned(string model, VerbContext context)
    {
        if (context.Get(CommonOptions.Adapter) is not null) return true;
        try
        {
            return Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(ModelLocator.Find(model)))) is { } parent && (string?)RunFolder.SettingsOf(parent)?["command"] == "train";
        }
        catch (FathomException)
        {
            // No model, or no run of ours: who opens it will say so.
            return false;
        }
    }

    /// <summary>As results name it: nothing that depends on where it lies.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["family"] = Model.Config.Family,
        ["parameters"] = Model.ParameterCount,
        ["layers"] = Model.Config.Layers,
        ["width"] = Model.Config.Width,
        ["fingerprint"] = Model.Fingerprint,
    };

    /// <summary>How traces of this model with this prompt are made, as detectors store it.</summary>
    public TraceOrigin Origin(PromptEncoder prompts, string? textField, int newTokens, string classTokens = "", bool trimmed = false) => new()
    {
        Trimmed = trimmed,
        ModelFingerprint = Model.Fingerprint,
        ModelName = Name,
        AdapterFingerprint = AdapterFingerprint,
        Layers = Model.Config.Layers,
        Width = Model.Config.Width,
        Template = prompts.Description,
        TextField = textField ?? "",
        MaxNewTokens = newTokens,
        ClassTokens = classTokens,
    };

    /// <summary>How much to compute together.</summary>
    public BatchOptions Batch => _batchSize is { } size ? new BatchOptions { BatchSize = size } : new BatchOptions { MaxCacheBytes = MostCacheBytes };

    /// <summary>Bytes a run will hold with samples of this many tokens.</summary>
    public long EstimateMemory(int tokens, int dropoutPasses = 0)
    {
        var batch = Batch;
        var caches = Math.Max(tokens * CacheBytesPerToken, Math.Min(batch.MaxCacheBytes, batch.BatchSize * (long)tokens * CacheBytesPerToken));
        var dropoutCaches = dropoutPasses == 0 ? 0 : Math.Max(tokens * CacheBytesPerToken, Math.Min(batch.MaxCacheBytes, dropoutPasses * (long)tokens * CacheBytesPerToken));
        return Model.WeightBytes + Overhead + caches + dropoutCaches;
    }

    /// <summary>Runs samples through the model, greedily, and gives their traces as they are finished.</summary>
    /// <exception cref="OperationCanceledException">The person asked to stop.</exception>
    public IEnumerable<Trace> Trace(IReadOnlyList<Sample> samples, IReadOnlyList<Pooling> poolings, int newTokens, DropoutOptions? dropout, CancellationToken stop, IReadOnlyList<int>? classTokens = null)
    {
        var tracer = new Tracer(Model, new TracerOptions
        {
            Poolings = poolings,
            MaxNewTokens = newTokens,
            Dropout = dropout,
            ClassTokens = classTokens ?? [],

            // The code released with the TV score always ran all its steps.
            StopAtEndTokens = !poolings.Contains(Pooling.ReferenceCode),
            Batch = Batch,
        });
        return tracer.Run(samples.Select(sample => new TraceInput { Index = sample.Index, Text = sample.Text, Label = sample.Label, PromptTokens = sample.PromptTokens, SuffixTokens = sample.SuffixTokens }), stop);
    }

    public void Dispose() => Model.Dispose();

    private static string FingerprintOf(LanguageModel model, string? adapter)
    {
        if (adapter is null) return "";
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(adapter));
        return FileHash.OfText(string.Concat(model.Files.Where(file => Path.GetDirectoryName(Path.GetFullPath(file)) == folder).Select(file => FileHash.Of(file).Sha256))).Sha256;
    }

    public long CacheBytesPerToken => 2L * Model.Config.Layers * Model.Config.KeyValueHeads * Model.Config.HeadDim * sizeof(float);
}
