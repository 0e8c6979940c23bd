using Fathom.Models.Running;
using Fathom.Tokenizers;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>
/// Texts to vectors: an encoder's or a language model's last states, pooled, through Dense modules where there are any, and normalised,
/// as the folder's <c>modules.json</c> says or the options ask. A text's vector does not depend on the others of a call.
/// </summary>
public sealed class SentenceEmbedder : IDisposable
{
    private readonly ISentenceModel _model;
    private readonly SentenceModules _modules;
    private readonly List<SentenceDense> _dense = [];
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<string> _fingerprint;

    private SentenceEmbedder(ISentenceModel model, SentenceModules modules, SentenceOptions options)
    {
        _model = model;
        _modules = modules;
        Poolings = options.Pooling is { } pooling ? [pooling] : modules.Poolings.Count > 0 ? modules.Poolings : [SentencePooling.Mean];
        Normalized = options.Normalize ?? modules.Normalize;
        Dimensions = checked(model.Width * Poolings.Count);
        foreach (var folder in modules.DenseFolders)
        {
            _dense.Add(SentenceDense.Load(folder, Dimensions));
            Dimensions = _dense[^1].Outputs;
        }

        MaxTokens = Math.Min(options.MaxTokens ?? modules.MaxTokens ?? int.MaxValue, model.ContextLength);
        if (MaxTokens < 1) throw new FathomException($"the most tokens of a text must be at least 1, not {MaxTokens}");
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of([.. model.Files, .. modules.DenseFolders.SelectMany(SentenceDense.Files)]));
        _tokenizer = new Lazy<Tokenizer>(() => model.Tokenizer.With(new TruncationOptions { MaxLength = MaxTokens }, null));
    }

    /// <summary>The model's family: <c>bert</c>.</summary>
    public string Family => _model.Family;

    /// <summary>SHA-256 over every byte of the model's configuration and weights, those of Dense modules included, in hexadecimal.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>How states are pooled; the vectors of several ways stand one behind the other.</summary>
    public IReadOnlyList<SentencePooling> Poolings { get; }

    /// <summary>Whether vectors are divided by their 2-norm.</summary>
    public bool Normalized { get; }

    /// <summary>Most tokens of a text.</summary>
    public int MaxTokens { get; }

    /// <summary>What had to be assumed because the folder does not say it, and what of the files is not used.</summary>
    public IReadOnlyList<string> Notes => [.. _modules.Notes, .. _model.Warnings];

    /// <summary>Loads a folder in Hugging Face layout (with sentence-transformers' files or without), or a <c>.gguf</c> language model.</summary>
    /// <exception cref="FathomException">There is no model, or something about it is not supported.</exception>
    public static SentenceEmbedder Load(string path, SentenceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new SentenceOptions();
        var modules = SentenceModules.Read(path);
        ISentenceModel model = TextEncoder.CanLoad(modules.ModelFolder)
            ? new EncoderSentenceModel(TextEncoder.Load(modules.ModelFolder, options.Load))
            : new DecoderSentenceModel(LanguageModel.Load(modules.ModelFolder, options.Load));
        try
        {
            return new SentenceEmbedder(model, modules, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The vectors of texts.</summary>
    /// <exception cref="FathomException">The model has no tokenizer, or gives no token for a text.</exception>
    public IReadOnlyList<SentenceEmbedding> Embed(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var encodings = texts.Select(text => _tokenizer.Value.EncodeFull(_modules.Prompt + (_modules.LowerCase ? text.ToLowerInvariant() : text))).ToList();
        var inputs = encodings.Select(encoding => new EncoderInput(encoding.Ids, encoding.TypeIds)).ToList();
        return [.. Embed(inputs).Select((vector, i) => new SentenceEmbedding(vector, encodings[i].Count, encodings[i].Overflowing.Count > 0))];
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>The vectors of token sequences.</summary>
    internal float[][] Embed(IReadOnlyList<EncoderInput> inputs)
    {
        var vectors = new float[inputs.Count][];
        _model.Run(inputs, (input, states) =>
        {
            var vector = new float[checked(_model.Width * Poolings.Count)];
            for (var i = 0; i < Poolings.Count; i++) SentencePooler.Pool(Poolings[i], states, _model.Width, vector.AsSpan(i * _model.Width, _model.Width));
            foreach (var dense in _dense) vector = dense.Apply(vector);
            if (Normalized) SentencePooler.Normalize(vector);
            vectors[input] = vector;
        });
        return vectors;
    }
}
