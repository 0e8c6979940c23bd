using Fathom.Models.Adapters;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Encoders.Sentences;
using Fathom.Models.Running;
using Fathom.Tensors.Autograd;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>An encoder that training starts from: a folder in Hugging Face layout, as it is or with a new class head.</summary>
public sealed class EncoderBase : IBaseModel
{
    private readonly EncoderBlueprint _blueprint;
    private readonly IReadOnlyList<string>? _labels;
    private readonly string _folder;

    private EncoderBase(string folder, IReadOnlyList<string>? labels, SentenceModules? modules = null)
    {
        var files = EncoderFiles.Open(folder);
        using var weights = files.Weights;
        (_folder, _labels, _blueprint, Files) = (folder, labels, new EncoderBlueprint(files, labels), files.Paths);
        if (Config.HasDecoder || Config.Family is "t5" or "mt5") throw new FathomException($"{folder}: a {Config.Family} cannot be taught from a recipe: it has no head of its own for classes; put one over TrainableEncoder.States in code");
        Tokenizer = files.LoadTokenizer() ?? throw FolderTokenizer.Missing(folder);
        Companions = modules is null ? CompanionFiles.Read(folder) : SentenceFiles.Of(folder, modules);
        Pooling = modules is { Poolings: [var pooling] } ? pooling : SentencePooling.Mean;
    }

    private SentencePooling Pooling { get; }

    /// <summary>The shape, with the classes it will tell apart.</summary>
    public EncoderConfig Config => _blueprint.Config;

    /// <inheritdoc/>
    public Tokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public CompanionFiles Companions { get; }

    /// <inheritdoc/>
    public string? Folder => _folder;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public long ParameterCount => _blueprint.Shapes.Values.Sum(shape => shape.Aggregate(1L, (product, size) => checked(product * size)));

    /// <inheritdoc/>
    public int ContextLength { get => field == 0 ? Config.ContextLength : field; private init; }

    /// <summary>What is done to a text before it is tokenised: a prompt, lower case.</summary>
    public Func<string, string> Prepare { get; private init; } = text => text;

    /// <summary>Probability of dropping what leaves a layer, the embeddings and what enters a head, in training; default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Looks at an encoder.</summary>
    /// <exception cref="FathomException">There is no encoder with a tokenizer, or one that no recipe can teach.</exception>
    public static EncoderBase FromFolder(string folder) => new(folder, null);

    /// <summary>The same as a classifier: one with a class head already keeps it, another gets a new one when it is created.</summary>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="dropout">Dropout in training.</param>
    /// <exception cref="FathomException">It tells other classes apart.</exception>
    public EncoderBase AsClassifier(IReadOnlyList<string> labels, double dropout = 0) => new(_folder, labels) { Dropout = dropout };

    /// <summary>The same as a model of text vectors, with what its folder says of pooling, prompt and length.</summary>
    /// <param name="dropout">Dropout in training.</param>
    /// <exception cref="FathomException">It has Dense modules, or pools in another way than by mean or first token.</exception>
    public EncoderBase AsSentenceEncoder(double dropout = 0)
    {
        var modules = SentenceModules.Read(_folder);
        if (modules.DenseFolders.Count > 0) throw new FathomException($"{_folder}: has Dense modules behind the encoder (modules.json), which are not taught");
        if (modules.Poolings is not ([] or [SentencePooling.Mean or SentencePooling.First])) throw new FathomException($"{_folder}: pools by {string.Join(" and ", modules.Poolings)}; vectors of texts are taught with the mean of their states or the first");
        if (Path.GetFullPath(modules.ModelFolder) != Path.GetFullPath(_folder)) throw new FathomException($"{_folder}: the encoder lies in a folder of its own (modules.json); name that folder: {modules.ModelFolder}");
        return new EncoderBase(_folder, null, modules) { Dropout = dropout, ContextLength = Math.Min(Config.ContextLength, modules.MaxTokens ?? int.MaxValue), Prepare = text => modules.Prompt + (modules.LowerCase ? text.ToLowerInvariant() : text) };
    }

    /// <inheritdoc/>
    public long LoraParameterCount(LoraOptions options)
    {
        var plan = LoraPlan.Make(_blueprint.Completed(options), _blueprint.Shapes, "adapter");
        return plan.Targets.Sum(target => (long)target.Rank * (target.Inputs + target.Outputs)) + plan.Saved.Sum(name => _blueprint.Shapes[name].Aggregate(1L, (product, size) => checked(product * size)));
    }

    /// <inheritdoc/>
    public MemoryForecast Memory(long? trainable, int momentsPerParameter, long partTokens, int longest, bool checkpointing)
    {
        checked
        {
            var (weights, taught) = (ParameterCount, trainable ?? ParameterCount);

            // Queries, keys, values, sums, norms and projections back; the feed-forward layer before and after its activation; the weights of attention.
            var perToken = Config.Layers * (12L * Config.Width + 3L * Config.FeedForwardWidth + (long)Config.Heads * longest);
            return new MemoryForecast((trainable is null ? 4 : 8) * weights, 4 * taught, 4 * momentsPerParameter * taught, 8 * partTokens * perToken, 0);
        }
    }

    /// <inheritdoc/>
    public ITrainable Create(AutogradDevice device, ulong seed)
    {
        var encoder = _labels is null ? TrainableEncoder.Load(_folder, device) : TrainableEncoder.LoadClassifier(_folder, device, _labels, seed);
        (encoder.Dropout, encoder.Pooling) = (Dropout, Pooling);
        return encoder;
    }
}
