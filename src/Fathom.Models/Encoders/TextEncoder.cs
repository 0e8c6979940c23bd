using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders;

/// <summary>
/// An encoder (BERT and its descendants, or the encoder of T5), its weights mapped from the file. Its methods may be called from several
/// threads; passes take turns. A sequence's numbers do not depend on what else is in the batch, on threads or on the vector width.
/// </summary>
public sealed class TextEncoder : IDisposable
{
    private readonly EncoderFiles _files;
    private readonly WeightBinder _weights;
    private readonly Device? _ownDevice;
    private readonly Lazy<Tokenizer?> _tokenizer;
    private readonly Lazy<string> _fingerprint;

    private TextEncoder(EncoderFiles files, WeightBinder weights, EncoderStack stack, Device device, Device? ownDevice, bool readTokenizer)
    {
        _files = files;
        _weights = weights;
        _ownDevice = ownDevice;
        Device = device;
        Stack = stack;
        Runner = new EncoderRunner(stack, device.Kernels, files);
        _tokenizer = new Lazy<Tokenizer?>(() => readTokenizer ? files.LoadTokenizer() : null);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of(files.Paths));
    }

    /// <summary>Path of the folder it was loaded from.</summary>
    public string Location => _files.Location;

    /// <summary>The encoder's shape.</summary>
    public EncoderConfig Config => Stack.Config;

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Number of weights in the files.</summary>
    public long ParameterCount => Parameters().Sum(tensor => tensor.ElementCount);

    /// <summary>Bytes of the weights in the files.</summary>
    public long WeightBytes => Parameters().Sum(tensor => tensor.ByteLength);

    /// <summary>Whether the files hold a tokenizer that was asked for.</summary>
    public bool HasTokenizer => _tokenizer.Value is not null;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="FathomException">The model has none.</exception>
    public Tokenizer Tokenizer => _tokenizer.Value ?? throw FolderTokenizer.Missing(Location);

    /// <summary>Whether there is a pooler.</summary>
    public bool HasPooler => Stack.Pooler is not null;

    /// <summary>What to know about the files: parts that are not used here.</summary>
    public IReadOnlyList<string> Warnings => Stack.Unused.Count == 0 ? [] : [$"{Location}: {Stack.Unused.Count} tensors of another head are not used ({string.Join(", ", Stack.Unused.Take(3))}{(Stack.Unused.Count > 3 ? ", …" : "")})"];

    /// <summary>SHA-256 over the configuration and every byte of the weights, in hexadecimal.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>The files that decide the model's numbers.</summary>
    public IReadOnlyList<string> Files => _files.Paths;

    /// <summary>The layers.</summary>
    internal EncoderStack Stack { get; }

    /// <summary>Runs passes.</summary>
    internal EncoderRunner Runner { get; }

    /// <summary>Whether a path is a folder whose config.json names an encoder this library knows.</summary>
    /// <exception cref="FathomException">There is a config.json that cannot be read.</exception>
    public static bool CanLoad(string path) => EncoderFiles.IsEncoder(path);

    /// <summary>Loads a folder in Hugging Face layout. Weights are mapped and packed when first used, so this returns at once.</summary>
    /// <exception cref="FathomException">There is no model, its architecture or a setting is not supported, or its weights do not fit.</exception>
    public static TextEncoder Load(string path, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LoadOptions();
        if (options.Adapter is not null) throw new FathomException($"{options.Adapter}: adapters are for language models, {path} is an encoder");
        var files = EncoderFiles.Open(path, options.ConfigFile);
        Device? own = null;
        WeightBinder? weights = null;
        try
        {
            own = options.Device is null ? Device.Cpu(new CpuOptions { Threads = options.Threads }) : null;
            var device = options.Device ?? own!;
            weights = new WeightBinder(files.Weights, device.Kernels, gguf: false);
            return new TextEncoder(files, weights, files.Plan.Build(weights), device, own, options.Tokenizer);
        }
        catch
        {
            weights?.DisposeOwned();
            own?.Dispose();
            files.Weights.Dispose();
            throw;
        }
    }

    /// <summary>Runs one sequence.</summary>
    /// <exception cref="FathomException">There is no token, one is not in the vocabulary, or there are more than the model takes.</exception>
    public EncoderOutput Encode(EncoderInput input, EncoderParts parts = EncoderParts.LastStates) => Encode([input], parts)[0];

    /// <summary>Runs sequences, as many to a pass as pay off; the results are those of each alone.</summary>
    /// <exception cref="FathomException">A sequence has no token, one that is not in the vocabulary, or more than the model takes.</exception>
    public IReadOnlyList<EncoderOutput> Encode(IReadOnlyList<EncoderInput> inputs, EncoderParts parts = EncoderParts.LastStates)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var outputs = new List<EncoderOutput>(inputs.Count);
        while (outputs.Count < inputs.Count)
        {
            var count = EncoderRunner.Fitting(inputs, outputs.Count);
            outputs.AddRange(EncoderReader.Read(this, [.. inputs.Skip(outputs.Count).Take(count)], parts));
        }

        return outputs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _weights.DisposeOwned();
        Stack.Dispose();
        _ownDevice?.Dispose();
        _files.Weights.Dispose();
    }

    private IEnumerable<StoredTensor> Parameters() =>
        _files.Weights.Names.Where(name => !name.EndsWith("_ids", StringComparison.Ordinal)).Select(_files.Weights.GetTensor);
}
