using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Tokenizers;

namespace Fathom.Models.Running;

/// <summary>The files of a model: a folder in Hugging Face layout, a .gguf file, or a folder with exactly one.</summary>
internal sealed class ModelFiles
{
    private const string ConfigFile = "config.json";
    private const string GenerationFile = "generation_config.json";
    private static readonly string[] WeightsEndings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt"];

    private ModelFiles(string location, ITensorSource weights, IArchitecture architecture, DecoderConfig config)
    {
        Gguf = weights as GgufFile;
        Location = location;
        Weights = weights;
        Architecture = architecture;
        Config = config;
    }

    /// <summary>Path of the folder or file.</summary>
    public string Location { get; }

    /// <summary>The weights, mapped; those an adapter changes are in memory.</summary>
    public ITensorSource Weights { get; private init; }

    /// <summary>The family.</summary>
    public IArchitecture Architecture { get; }

    /// <summary>The shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>The GGUF file, where it is one.</summary>
    public GgufFile? Gguf { get; private init; }

    /// <summary>Every file that decides the model's numbers.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Ids after which generation stops: those of generation_config.json, or else of the configuration.</summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>Opens and checks what is at a path; <paramref name="configFile"/> instead of the folder's config.json, for tests.</summary>
    /// <exception cref="FathomException">There is no model, or one that is not supported.</exception>
    public static ModelFiles Open(string path, string? configFile = null)
    {
        if (File.Exists(path)) return OpenGguf(path, path);
        if (!Directory.Exists(path)) throw new FathomException($"{path}: no such file or folder; a model is a folder in Hugging Face layout, a .gguf file, or a folder with exactly one .gguf file");
        var config = Path.Combine(path, configFile ?? ConfigFile);
        if (File.Exists(config)) return OpenFolder(path, config);
        var ggufs = Directory.GetFiles(path, "*.gguf").Order(StringComparer.Ordinal).ToArray();
        return ggufs.Length switch
        {
            1 => OpenGguf(path, ggufs[0]),
            0 => throw new FathomException($"{path}: is not a model: it has neither {ConfigFile} nor a .gguf file"),
            _ => throw new FathomException($"{path}: has {ggufs.Length} .gguf files ({string.Join(", ", ggufs.Select(Path.GetFileName).Take(4))}): name the one to use"),
        };
    }

    /// <summary>The one .gguf file that a path means, or null where it means a folder in Hugging Face layout (or nothing).</summary>
    /// <exception cref="FathomException">There are several.</exception>
    public static string? GgufIn(string path)
    {
        if (File.Exists(path)) return path;
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, ConfigFile))) return null;
        var ggufs = Directory.GetFiles(path, "*.gguf");
        return ggufs.Length <= 1 ? ggufs.FirstOrDefault() : throw new FathomException($"{path}: has {ggufs.Length} .gguf files: name the one to use");
    }

    /// <summary>What to know about the files: parts that are not used; about the adapter: settings that were ignored, or that it has no effect.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The same model with an adapter merged into its weights; from here on this one owns them.</summary>
    /// <exception cref="FathomException">There is no such adapter, or it does not fit the model.</exception>
    public ModelFiles WithAdapter(string folder)
    {
        using var adapter = AdapterFolder.Open(folder);
        var merged = AdaptedWeights.Merge(Weights, Config, Gguf is not null, adapter);
        return new ModelFiles(Location, merged, Architecture, Config)
        {
            Gguf = Gguf,
            Paths = [.. Paths, .. adapter.Paths],
            EndTokens = EndTokens,
            Warnings = [.. Warnings, .. adapter.Warnings, .. Notes()],
        };

        IEnumerable<string> Notes()
        {
            if (!merged.HasEffect) yield return AdapterFolder.NoEffect(folder);
            if (!Config.IsClassifier && adapter.Has(ParameterShapes.ClassHead)) yield return $"{folder}: the adapter's class head ({ParameterShapes.ClassHead}) is not used: the model predicts tokens";
        }
    }

    /// <summary>Reads the tokenizer, where there is one.</summary>
    public Tokenizer? LoadTokenizer()
    {
        if (Gguf is { } gguf) return gguf.Metadata.String("tokenizer.ggml.model", null) is { } kind && kind is not ("no_vocab" or "none") ? Tokenizer.FromGguf(gguf) : null;
        return FolderTokenizer.Load(Location);
    }

    private static ModelFiles OpenFolder(string folder, string configFile)
    {
        var config = HuggingFaceConfig.Load(configFile);
        var part = TextPart.Of(config);
        config = part ?? config;
        var type = config.String("model_type") ?? throw new FathomException($"{configFile}: model_type is missing, so the architecture is not known; known are {string.Join(", ", ArchitectureRegistry.HuggingFaceTypes)}");
        var architecture = ArchitectureRegistry.ForHuggingFace(type, configFile);
        var shape = architecture.Read(config);
        var generation = Path.Combine(folder, GenerationFile);
        var ends = File.Exists(generation) ? HuggingFaceConfig.Load(generation).Ids("eos_token_id") : [];
        var weights = WeightsFolder.Open(folder);
        try
        {
            var text = part is null ? null : new TextPartWeights(weights);
            return new ModelFiles(folder, (ITensorSource?)text ?? weights, architecture, shape)
            {
                Paths = [configFile, .. weights.Files.Select(file => file.Location)],
                EndTokens = ends.Length > 0 ? ends : shape.EndTokens,
                Warnings = text is null ? [] : [TextOnly(folder, text.Others)],
            };
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static string TextOnly(string folder, IReadOnlyList<string> others)
    {
        var parts = others.Select(name => string.Join('.', name.Split('.').Take(name.StartsWith("model.", StringComparison.Ordinal) ? 2 : 1))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return $"{folder}: only the language model in it is used, for text without images; {others.Count} tensors are not ({string.Join(", ", parts.Select(ConfigText.Printable).Take(6))})";
    }

    private static ModelFiles OpenGguf(string location, string path)
    {
        if (WeightsEndings.Contains(Path.GetExtension(path).ToLowerInvariant(), StringComparer.Ordinal))
            throw new FathomException($"{path}: is a weights file: name its folder, which holds config.json too");
        var file = GgufFile.Open(path);
        try
        {
            var config = new GgufConfig(file);
            var architecture = ArchitectureRegistry.ForGguf(config.Architecture, path);
            var shape = architecture.Read(config);
            return new ModelFiles(location, file, architecture, shape) { Paths = [path], EndTokens = shape.EndTokens };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
