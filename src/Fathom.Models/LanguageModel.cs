using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tokenizers;

namespace Fathom.Models;

/// <summary>
/// A decoder-only language model, its weights mapped from the file. Its methods may be called from several threads; passes take turns.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    private readonly ModelFiles _files;
    private readonly WeightBinder _weights;
    private readonly Device? _ownDevice;
    private readonly Lazy<Tokenizer?> _tokenizer;
    private readonly Lazy<string> _fingerprint;

    private LanguageModel(ModelFiles files, WeightBinder weights, Decoder decoder, Device device, Device? ownDevice, bool readTokenizer)
    {
        _files = files;
        _weights = weights;
        _ownDevice = ownDevice;
        Device = device;
        Runner = new PassRunner(decoder, device.Kernels, files);
        _tokenizer = new Lazy<Tokenizer?>(() => readTokenizer ? files.LoadTokenizer() : null);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of(files));
    }

    /// <summary>Path of the folder or file it was loaded from.</summary>
    public string Location => _files.Location;

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config => _files.Config;

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Number of weights.</summary>
    public long ParameterCount => _files.Weights.Names.Sum(name => _files.Weights.GetTensor(name).ElementCount);

    /// <summary>Bytes of the weights in the files.</summary>
    public long WeightBytes => _files.Weights.Names.Sum(name => _files.Weights.GetTensor(name).ByteLength);

    /// <summary>Ids after which generation stops: those of generation_config.json, config.json or the GGUF file.</summary>
    public IReadOnlyList<int> EndTokens => _files.EndTokens;

    /// <summary>Whether the files hold a tokenizer that was asked for.</summary>
    public bool HasTokenizer => _tokenizer.Value is not null;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="FathomException">The model has none.</exception>
    public Tokenizer Tokenizer => _tokenizer.Value ?? throw FolderTokenizer.Missing(Location);

    /// <summary>What to know about its files: parts that are not used (vision towers); about the adapter it was loaded with: settings that were ignored, or that it has no effect.</summary>
    public IReadOnlyList<string> Warnings => _files.Warnings;

    /// <summary>SHA-256 over the configuration and every byte of the weights (and of an adapter's), in hexadecimal: the same model gives the same one wherever it lies.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>The files that decide the model's numbers.</summary>
    public IReadOnlyList<string> Files => _files.Paths;

    /// <summary>A weight by its name in the files, widened to fp32 (with an adapter, merged); null where there is none.</summary>
    internal float[]? Weight(string name)
    {
        if (!_files.Weights.TryGetTensor(name, out var tensor)) return null;
        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        return values;
    }

    /// <summary>Refuses a classifier where tokens are to be predicted.</summary>
    /// <exception cref="FathomException">The model is a classifier.</exception>
    internal void EnsurePredictsTokens()
    {
        if (Config.IsClassifier) throw new FathomException($"{Location}: is a classifier of {Config.Labels.Count} classes (ForSequenceClassification) and predicts no tokens; use the language model it was made from, with its adapter where it has one");
    }

    /// <summary>Runs passes.</summary>
    internal PassRunner Runner { get; }

    /// <summary>
    /// Loads a folder in Hugging Face layout, a <c>.gguf</c> file, or a folder with exactly one. Weights are mapped and packed when
    /// first used, so this returns at once.
    /// </summary>
    /// <exception cref="FathomException">There is no model, its architecture or a setting is not supported, or its weights do not fit.</exception>
    public static LanguageModel Load(string path, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LoadOptions();
        var files = ModelFiles.Open(path, options.ConfigFile);
        Device? own = null;
        WeightBinder? weights = null;
        try
        {
            if (options.Adapter is not null) files = files.WithAdapter(options.Adapter);
            own = options.Device is null ? Device.Cpu(new CpuOptions { Threads = options.Threads }) : null;
            var device = options.Device ?? own!;
            weights = new WeightBinder(files.Weights, device.Kernels, files.Gguf is not null, files.Config.Names);
            var decoder = DecoderBuilder.Build(files.Config, weights, device.Kernels);
            return new LanguageModel(files, weights, decoder, device, own, options.Tokenizer);
        }
        catch
        {
            weights?.DisposeOwned();
            own?.Dispose();
            files.Weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _weights.DisposeOwned();
        _ownDevice?.Dispose();
        _files.Weights.Dispose();
    }
}
