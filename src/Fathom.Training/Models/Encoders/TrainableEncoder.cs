using Fathom.Models;
using Fathom.Models.Architectures;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Families;
using Fathom.Models.Encoders.Running;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// An encoder (BERT, RoBERTa, DeBERTa v1 to v3, the encoder of T5) whose parameters are variables, by the names they have in the
/// checkpoint: for classifiers, and for heads of one's own over its states.
/// </summary>
public sealed class TrainableEncoder : IDisposable
{
    private readonly OrderedDictionary<string, Variable> _parameters;
    private readonly IEncoderForward _forward;

    private TrainableEncoder(AutogradDevice device, EncoderConfig config, OrderedDictionary<string, Variable> parameters, IEncoderForward forward) =>
        (Device, Config, _parameters, _forward) = (device, config, parameters, forward);

    /// <summary>Where it computes; it belongs to the caller.</summary>
    public AutogradDevice Device { get; }

    /// <summary>The encoder's shape.</summary>
    public EncoderConfig Config { get; }

    /// <summary>Every parameter that takes part, by its name in the checkpoint: of a T5 only the encoder's.</summary>
    public IReadOnlyDictionary<string, Variable> Parameters => _parameters;

    /// <summary>Probability of dropping what leaves a layer, the embeddings and what enters a head, on tapes that train; default 0.</summary>
    public double Dropout { get; set; }

    /// <summary>Why an encoder cannot be taught, null where its family can; and how many parameters would take part.</summary>
    /// <exception cref="FathomException">There is no encoder.</exception>
    internal static (string? Refused, long Parameters) Examine(string path)
    {
        var files = EncoderFiles.Open(path);
        using var weights = files.Weights;
        var config = files.Plan.Config;
        return (Refusal(config.Family), weights.Names.Where(name => TakesPart(name, config)).Sum(name => weights.GetTensor(name).ElementCount));
    }

    /// <summary>Reads a folder in Hugging Face layout; every parameter widened to fp32 and trainable.</summary>
    /// <exception cref="FathomException">There is no encoder, its family cannot be trained, or weights and configuration do not fit.</exception>
    public static TrainableEncoder Load(string path, AutogradDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);

        // Checks every tensor against the configuration before anything is made from them.
        using (TextEncoder.Load(path, new LoadOptions { Tokenizer = false, Threads = 1 }))
        {
        }

        var files = EncoderFiles.Open(path);
        using var weights = files.Weights;
        var config = HuggingFaceConfig.Load(files.Paths[0]);
        var forward = Forward(config, files.Plan.Config, name => weights.TryGetTensor(name, out _));
        var parameters = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
        try
        {
            foreach (var name in weights.Names.Where(name => TakesPart(name, files.Plan.Config))) parameters.Add(name, Read(weights.GetTensor(name), device));
            return new TrainableEncoder(device, files.Plan.Config, parameters, forward);
        }
        catch
        {
            foreach (var variable in parameters.Values) variable.Dispose();
            throw;
        }
    }

    /// <summary>What leaves the encoder, <c>[rows, width]</c>, the sequences' tokens one after another.</summary>
    /// <exception cref="FathomException">A sequence is empty or too long, or a token or type is not the model's.</exception>
    public Variable States(Tape tape, IReadOnlyList<EncoderInput> inputs) => _forward.States(new EncoderGraph(tape, _parameters, Dropout), new EncoderBatch(inputs, Config));

    /// <summary>Logits of the classes, <c>[sequences, labels]</c>.</summary>
    /// <exception cref="FathomException">The model is no classifier, or a sequence does not fit.</exception>
    public Variable Logits(Tape tape, IReadOnlyList<EncoderInput> inputs)
    {
        if (Config.Labels.Count == 0) throw new FathomException("the model has no classification head; put one over its states");
        var (graph, batch) = (new EncoderGraph(tape, _parameters, Dropout), new EncoderBatch(inputs, Config));
        return _forward.Logits(graph, batch, _forward.States(graph, batch));
    }

    /// <summary>The mean cross-entropy of the right classes.</summary>
    /// <exception cref="FathomException">The model is no classifier, a label is not one of its classes, or a sequence does not fit.</exception>
    public Variable ClassificationLoss(Tape tape, IReadOnlyList<EncoderInput> inputs, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != inputs.Count) throw new FathomException($"there are {labels.Count} labels for {inputs.Count} sequences");
        var logits = Logits(tape, inputs);
        var weights = new float[logits.Length];
        for (var row = 0; row < labels.Count; row++)
        {
            if ((uint)labels[row] >= (uint)logits.Width) throw new FathomException($"sequence {row} of the batch has label {labels[row]}, the model knows {logits.Width} classes (0 to {logits.Width - 1})");
            weights[row * logits.Width + labels[row]] = -1f / labels.Count;
        }

        return tape.Sum(tape.LogSoftmax(logits), weights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var variable in _parameters.Values) variable.Dispose();
    }

    private static IEncoderForward Forward(HuggingFaceConfig file, EncoderConfig config, Func<string, bool> has)
    {
        if (Refusal(config.Family) is { } refused) throw new FathomException($"{file.File}: {refused}");
        string Prefix(string name) => has(name + ".embeddings.word_embeddings.weight") ? name + "." : "";
        switch (config.Family)
        {
            case "bert": return new BertForward(config, file, Prefix("bert"), roberta: false);
            case "roberta" or "xlm-roberta" or "camembert": return new BertForward(config, file, Prefix("roberta"), roberta: true);
            case "deberta": return new DebertaForward(DebertaParts.Read(file), null, Prefix("deberta"));
            case "deberta-v2":
                var parts = DebertaParts.Read(file);
                return new DebertaForward(parts, DebertaV2Settings.Read(file, parts), Prefix("deberta"));
            default: return new T5Forward(T5Family.ReadBoth(file), has("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight");
        }
    }

    private static string? Refusal(string family) => family is "bert" or "roberta" or "xlm-roberta" or "camembert" or "deberta" or "deberta-v2" or "t5" or "mt5"
        ? null : $"{family} runs, but teaching it is not supported; supported are bert, roberta, deberta, deberta-v2 and the encoder of t5";

    // Index buffers, heads of another kind and a decoder are not taught here.
    private static bool TakesPart(string name, EncoderConfig config)
    {
        if (name.EndsWith("_ids", StringComparison.Ordinal) || name.StartsWith("decoder.", StringComparison.Ordinal) || name.StartsWith("cls.", StringComparison.Ordinal)) return false;
        if (name.StartsWith("lm_", StringComparison.Ordinal) || name.StartsWith("mask_predictions.", StringComparison.Ordinal) || name.StartsWith("qa_outputs.", StringComparison.Ordinal)) return false;
        return config.Labels.Count > 0 || !(name.StartsWith("classifier.", StringComparison.Ordinal) || name.Contains("pooler.", StringComparison.Ordinal));
    }

    private static Variable Read(StoredTensor tensor, AutogradDevice device)
    {
        var variable = device.NewVariable(true, [.. tensor.Shape.Select(size => checked((int)size))]);
        WeightValues.Decode(tensor, variable.Values);
        var bad = variable.Values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad < 0) return variable;
        variable.Dispose();
        throw new FathomException($"tensor '{tensor.Name}' has a value that is not a finite number at index {bad}: the model is damaged; download or convert it again");
    }
}
