using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Families;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Generation;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tensors.Kernels;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.TextToText;

/// <summary>
/// A model that reads a text with an encoder and writes another with a decoder: T5, Flan-T5. Its methods may be called from several
/// threads; passes take turns. What is written does not depend on what else is in the batch, on threads or on the vector width.
/// </summary>
public sealed unsafe class TextToTextModel : IDisposable
{
    private readonly EncoderFiles _files;
    private readonly WeightBinder _weights;
    private readonly Device? _ownDevice;
    private readonly Lazy<Tokenizer?> _tokenizer;
    private readonly EncoderRunner _encoder;
    private readonly EncoderStack _encoderStack;
    private readonly DecoderStack _decoder;
    private readonly Scratch _scratch;
    private readonly Lock _turn = new();
    private readonly Lazy<string> _fingerprint;

    private TextToTextModel(EncoderFiles files, WeightBinder weights, EncoderStack encoder, DecoderStack decoder, Device device, Device? ownDevice, bool readTokenizer)
    {
        (_files, _weights, _encoderStack, _decoder, Device, _ownDevice) = (files, weights, encoder, decoder, device, ownDevice);
        _encoder = new EncoderRunner(encoder, device.Kernels, files);
        _scratch = new Scratch(device.Kernels);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of(files.Paths));
        _tokenizer = new Lazy<Tokenizer?>(() => readTokenizer ? files.LoadTokenizer() : null);
    }

    /// <summary>Path of the folder it was loaded from.</summary>
    public string Location => _files.Location;

    /// <summary>The model's shape.</summary>
    public TextToTextConfig Config => _decoder.Config;

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Whether the files hold a tokenizer that was asked for.</summary>
    public bool HasTokenizer => _tokenizer.Value is not null;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="FathomException">The model has none.</exception>
    public Tokenizer Tokenizer => _tokenizer.Value ?? throw FolderTokenizer.Missing(Location);

    /// <summary>SHA-256 over the configuration and every byte of the weights, in hexadecimal.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>The files that decide the model's numbers.</summary>
    public IReadOnlyList<string> Files => _files.Paths;

    /// <summary>Number of weights.</summary>
    public long ParameterCount => _files.Weights.Names.Sum(name => _files.Weights.GetTensor(name).ElementCount);

    /// <summary>The encoder's layers.</summary>
    internal EncoderStack EncoderStack => _encoderStack;

    /// <summary>Whether a path is a folder of a model with both halves that this library knows.</summary>
    public static bool CanLoad(string path) => EncoderFiles.IsEncoder(path) && HuggingFaceConfig.Load(Path.Combine(path, "config.json")) is var config
        && new T5Family().Types.Contains(config.String("model_type")) && config.Strings("architectures") is not [.., "T5EncoderModel" or "MT5EncoderModel"];

    /// <summary>Loads a folder in Hugging Face layout. Weights are mapped and packed when first used, so this returns at once.</summary>
    /// <exception cref="FathomException">There is no model, its architecture or a setting is not supported, or its weights do not fit.</exception>
    public static TextToTextModel Load(string path, LoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LoadOptions();
        if (options.Adapter is not null) throw new FathomException($"{options.Adapter}: adapters are for language models, {path} has an encoder");
        var files = EncoderFiles.Open(path, options.ConfigFile);
        Device? own = null;
        WeightBinder? weights = null;
        try
        {
            if (!files.Plan.Config.HasDecoder) throw new FathomException($"{path}: {files.Plan.Config.Family} is an encoder and writes no text");
            own = options.Device is null ? Device.Cpu(new CpuOptions { Threads = options.Threads }) : null;
            var device = options.Device ?? own!;
            weights = new WeightBinder(files.Weights, device.Kernels, gguf: false);
            var parts = new T5Parts(T5Family.ReadBoth(HuggingFaceConfig.Load(files.Paths[0])), weights);
            var encoder = parts.Encoder(alone: false);
            return new TextToTextModel(files, weights, encoder, parts.Decoder(), device, own, options.Tokenizer);
        }
        catch
        {
            weights?.DisposeOwned();
            own?.Dispose();
            files.Weights.Dispose();
            throw;
        }
    }

    /// <summary>Runs a text and a given output through both halves and keeps all states.</summary>
    /// <param name="tokens">The text's ids.</param>
    /// <param name="decoderTokens">What the decoder is fed, the start token first.</param>
    /// <param name="chunk">Tokens a pass of the decoder; changes no bit of the result.</param>
    /// <exception cref="FathomException">There is no token, or one is not in the vocabulary.</exception>
    public TextToTextStates GetStates(ReadOnlyMemory<int> tokens, ReadOnlyMemory<int> decoderTokens, int chunk = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        CheckDecoder(decoderTokens.Span);
        var (width, vocabulary) = (Config.Encoder.Width, Config.Encoder.Vocabulary);
        var encoded = new WholeStates(Config.Encoder.Entries, width, tokens.Length) { Rows = tokens.Length };
        using var state = Read(new EncoderInput(tokens), encoded);
        var written = new WholeStates(Config.DecoderLayers + 1, width, decoderTokens.Length);
        var logits = new float[checked(decoderTokens.Length * vocabulary)];
        for (var start = 0; start < decoderTokens.Length; start += written.Rows)
        {
            (written.Start, written.Rows) = (start, Math.Min(chunk, decoderTokens.Length - start));
            var at = start;
            Step([state], [decoderTokens.Slice(start, written.Rows)], written, (pass, states) =>
            {
                var made = pass.Scratch.Take((long)pass.Rows * vocabulary);
                _decoder.Logits(pass, states, pass.Rows, made);
                new ReadOnlySpan<float>(made, pass.Rows * vocabulary).CopyTo(logits.AsSpan(at * vocabulary));
            });
        }

        return new TextToTextStates
        {
            Encoder = new EncoderOutput { Tokens = tokens.Length, Width = width, Entries = encoded.Entries, LastStates = encoded.Entries[^1] },
            DecoderEntries = written.Entries,
            Logits = logits,
        };
    }

    /// <summary>Writes for each text, all together; each has what it gets alone.</summary>
    /// <param name="inputs">Ids of each text, special tokens included.</param>
    /// <param name="options">How tokens are chosen; default: greedily, at most 256.</param>
    /// <param name="onToken">Told every token as it comes.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="FathomException">A text has no token, or one that is not in the vocabulary, or an option is out of range.</exception>
    public IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> inputs, GenerationOptions? options = null, Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new GenerationOptions();
        options.Validate();
        var writers = new List<TextToTextWriter>();
        try
        {
            foreach (var (index, input) in inputs.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                if (input.Length == 0) throw new FathomException($"text {index} has no tokens: it is empty and the tokenizer adds no special tokens");
                var continuation = new Continuation(index, options, HasTokenizer ? Tokenizer : null, Config.EndTokens, Location);
                writers.Add(new TextToTextWriter(input, Read(new EncoderInput(input), null), Config.StartToken, continuation));
            }

            while (writers.Where(writer => !writer.Done).Take(EncoderRunner.MostRows).ToList() is { Count: > 0 } active)
            {
                cancellation.ThrowIfCancellationRequested();
                Step([.. active.Select(writer => writer.State)], [.. active.Select(writer => writer.Next)], null, (pass, states) => Choose(pass, states, active, onToken));
            }

            return [.. writers.Select(writer => writer.Result)];
        }
        finally
        {
            foreach (var writer in writers) writer.Dispose();
        }
    }

    /// <summary>Writes for one text.</summary>
    /// <exception cref="FathomException">The model has no tokenizer.</exception>
    public GenerationResult Generate(string text, GenerationOptions? options = null, CancellationToken cancellation = default) => Generate([Tokenizer.Encode(text)], options, cancellation: cancellation)[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        lock (_turn) _scratch.Dispose();
        _weights.DisposeOwned();
        _encoderStack.Dispose();
        _ownDevice?.Dispose();
        _files.Weights.Dispose();
    }

    private DecoderState Read(EncoderInput input, IStateObserver? observer)
    {
        var state = new DecoderState(Device.Kernels, Config.DecoderLayers, Config.Encoder.Heads, Config.Encoder.HeadDim);
        try
        {
            _encoder.Run([input], observer, (pass, states) =>
            {
                foreach (var cross in _decoder.Cross) cross.Read(pass.Kernels, pass.Scratch, states, pass.Rows, state);
            });
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private void Step(IReadOnlyList<DecoderState> states, IReadOnlyList<ReadOnlyMemory<int>> tokens, IStateObserver? observer, EncoderRunner.PassReceiver receive)
    {
        lock (_turn)
        {
            var mark = _scratch.Mark();
            try
            {
                var pass = new EncoderPass(Device.Kernels, _scratch) { States = states };
                pass.Begin(tokens.Zip(states, (next, state) => (next.Length, state.Length)));
                receive(pass, _decoder.Forward(pass, tokens, observer));
            }
            finally
            {
                _scratch.Release(mark);
            }
        }
    }

    private void Choose(EncoderPass pass, float* states, List<TextToTextWriter> writers, Action<GeneratedToken>? onToken)
    {
        var vocabulary = Config.Encoder.Vocabulary;
        var logits = pass.Scratch.Take((long)writers.Count * vocabulary);
        var statistics = (LogitStatistics*)pass.Scratch.Take((long)writers.Count * sizeof(LogitStatistics) / sizeof(float));
        _decoder.Logits(pass, states, writers.Count, logits);
        pass.Kernels.LogitStatistics(logits, writers.Count, vocabulary, vocabulary, statistics);
        for (var i = 0; i < writers.Count; i++)
        {
            if (!double.IsFinite(statistics[i].LogSumExp)) throw new FathomException($"{Location}: the logits are not finite: the model is damaged or cannot be computed in single precision");
            var token = writers[i].Choose(logits + (long)i * vocabulary, vocabulary, statistics[i]);
            onToken?.Invoke(token);
        }
    }

    private void CheckDecoder(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty) throw new FathomException("the decoder is given no token; its first is the start token");
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Config.Encoder.Vocabulary) throw new FathomException($"token id {token} is not in the vocabulary of {Location}, which has {Config.Encoder.Vocabulary} tokens");
        }
    }
}
