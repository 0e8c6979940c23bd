using Fathom.Models;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Running;
using Fathom.Models.Encoders.Sentences;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// An encoder (BERT, RoBERTa, DeBERTa v1 to v3, ModernBERT, the encoder of T5) whose parameters are variables, by the names they have in the
/// checkpoint: for classifiers, sentence embeddings, and heads of one's own over its states.
/// </summary>
public sealed partial class TrainableEncoder : ITrainable
{
    private readonly OrderedDictionary<string, Variable> _parameters;
    private readonly OrderedDictionary<string, Variable> _carried;
    private readonly EncoderBlueprint _blueprint;
    private readonly AdapterSet _adapters = new();

    private TrainableEncoder(AutogradDevice device, EncoderBlueprint blueprint, OrderedDictionary<string, Variable> parameters, OrderedDictionary<string, Variable> carried) =>
        (Device, _blueprint, _parameters, _carried) = (device, blueprint, parameters, carried);

    /// <inheritdoc/>
    public AutogradDevice Device { get; }

    /// <summary>The encoder's shape.</summary>
    public EncoderConfig Config => _blueprint.Config;

    /// <summary>Every parameter that takes part, by its name in the checkpoint: of a T5 only the encoder's.</summary>
    public IReadOnlyDictionary<string, Variable> Parameters => _parameters;

    /// <summary>Probability of dropping what leaves a layer, the embeddings and what enters a head, on tapes that train; default 0.</summary>
    public double Dropout { get; set; }

    /// <summary>How states become the vector of a text: their mean (default) or the first.</summary>
    /// <exception cref="FathomException">Another way is asked for.</exception>
    public SentencePooling Pooling
    {
        get;
        set => field = value is SentencePooling.Mean or SentencePooling.First ? value : throw new FathomException($"vectors of texts are taught with the mean of their states or the first, not {value}");
    }

    /// <summary>Not there for encoders.</summary>
    /// <exception cref="FathomException">It is asked for.</exception>
    public bool ActivationCheckpointing
    {
        get => false;
        set
        {
            if (value) throw new FathomException("batch.activation_checkpointing: is for language models; for an encoder lower batch.max_tokens_per_micro_batch instead");
        }
    }

    /// <summary>How many parameters would take part.</summary>
    /// <exception cref="FathomException">There is no encoder.</exception>
    internal static long Examine(string path)
    {
        var files = EncoderFiles.Open(path);
        using var weights = files.Weights;
        return weights.Names.Where(name => EncoderWeights.TakesPart(name, files.Plan.Config.Labels.Count > 0)).Sum(name => weights.GetTensor(name).ElementCount);
    }

    /// <summary>Reads a folder in Hugging Face layout; every parameter widened to fp32 and trainable.</summary>
    /// <exception cref="FathomException">There is no encoder, or weights and configuration do not fit.</exception>
    public static TrainableEncoder Load(string path, AutogradDevice device) => Load(path, device, null, 0);

    /// <summary>Reads an encoder as a classifier: one that tells these classes apart already keeps its head, another gets a new one.</summary>
    /// <param name="path">A folder in Hugging Face layout.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="labels">Names of the classes, at least two.</param>
    /// <param name="seed">Seed of a new head.</param>
    /// <exception cref="FathomException">There is no encoder, it has no such head or one of other classes, or weights and configuration do not fit.</exception>
    public static TrainableEncoder LoadClassifier(string path, AutogradDevice device, IReadOnlyList<string> labels, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count < 2 || labels.Distinct(StringComparer.Ordinal).Count() < labels.Count) throw new FathomException($"a classifier needs at least two classes of different names, not: {string.Join(", ", labels)}");
        return Load(path, device, labels, seed);
    }

    private static TrainableEncoder Load(string path, AutogradDevice device, IReadOnlyList<string>? labels, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);

        // Checks every tensor against the configuration before anything is made from them.
        using (TextEncoder.Load(path, new LoadOptions { Tokenizer = false, Threads = 1 }))
        {
        }

        var files = EncoderFiles.Open(path);
        using var weights = files.Weights;
        var blueprint = new EncoderBlueprint(files, labels);
        var (parameters, carried) = (new OrderedDictionary<string, Variable>(StringComparer.Ordinal), new OrderedDictionary<string, Variable>(StringComparer.Ordinal));
        try
        {
            foreach (var name in blueprint.FromFile) parameters.Add(blueprint.InModel(name), EncoderWeights.Read(weights.GetTensor(name), device));
            foreach (var (name, shape) in blueprint.Shapes.Skip(parameters.Count).ToList())
                parameters.Add(name, EncoderWeights.Fresh(name, shape, weights, blueprint.InFile(name), device, new CounterRandom(seed, ulong.MaxValue - (ulong)parameters.Count)));
            foreach (var name in weights.Names.Where(name => blueprint.Config.Labels.Count == 0 && EncoderWeights.IsCarried(name))) carried.Add(name, EncoderWeights.Read(weights.GetTensor(name), device, taught: false));
            return new TrainableEncoder(device, blueprint, parameters, carried);
        }
        catch
        {
            foreach (var variable in parameters.Values.Concat(carried.Values)) variable.Dispose();
            throw;
        }
    }
}
