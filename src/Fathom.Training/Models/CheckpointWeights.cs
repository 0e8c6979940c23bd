using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// The weights of a model's files by their Hugging Face names, widened to fp32, whatever the files call them: GGUF files have names
/// of their own and hold the two halves of a rotated head interleaved.
/// </summary>
internal sealed class CheckpointWeights(ModelFiles files)
{
    private readonly bool _gguf = files.Gguf is not null;
    private readonly WeightNames _names = new(files.Weights, files.Config.Names, files.Gguf is not null);
    private readonly DecoderPlan _plan = new(files.Config);

    /// <summary>Every parameter, in the order of <see cref="ParameterShapes"/>; all are checked before anything is allocated.</summary>
    /// <exception cref="FathomException">Files and configuration do not fit.</exception>
    public OrderedDictionary<string, Variable> ReadAll(AutogradDevice device)
    {
        var config = files.Config;
        if (_gguf && !config.IsLlamaForm) throw new FathomException($"{files.Location}: a GGUF file of a {config.Family} model can be run but not taught, since its config.json could not be written; teach the model's original files");
        var shapes = ParameterShapes.Of(config);
        if (config.TiedHead && !config.IsClassifier && Has(_plan.Head)) shapes.Add(_plan.Head, [config.Vocabulary, config.FinalWidth]);
        Check(shapes);
        var parameters = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, shape) in shapes)
            {
                var variable = device.NewVariable(true, shape);
                parameters.Add(name, variable);
                Read(name, variable.Values);
            }

            TieEqualHead(parameters);
            return parameters;
        }
        catch
        {
            foreach (var variable in parameters.Values) variable.Dispose();
            throw;
        }
    }

    /// <summary>Whether the files have a tensor.</summary>
    public bool Has(string name) => files.Weights.TryGetTensor(NameInFile(name), out _);

    /// <summary>Refuses files with a tensor too few, too many, or of another shape or kind.</summary>
    /// <exception cref="FathomException">Files and shapes do not fit.</exception>
    public void Check(OrderedDictionary<string, int[]> shapes)
    {
        var (weights, known) = (files.Weights, new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, shape) in shapes)
        {
            var tensor = weights.GetTensor(NameInFile(name));
            known.Add(tensor.Name);
            if (!tensor.Shape.SequenceEqual(shape.Select(size => (long)size)))
                throw new FathomException($"{weights.Location}: tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], the configuration says [{string.Join(", ", shape)}]");
            if (!BlockDecoder.CanDecode(tensor.Type)) throw new FathomException($"{weights.Location}: tensor '{tensor.Name}' is not of a floating-point type");
        }

        var extra = weights.Names.FirstOrDefault(name => !known.Contains(name) && !files.Config.Names.IsBuffer(name));
        if (extra is not null) throw new FathomException($"{weights.Location}: the configuration has no place for tensor '{extra}'");
    }

    /// <summary>Fills <paramref name="values"/> with a tensor's numbers, its rows in the order of Hugging Face.</summary>
    /// <exception cref="FathomException">A number is not finite.</exception>
    public void Read(string name, Span<float> values)
    {
        var tensor = files.Weights.GetTensor(NameInFile(name));
        WeightValues.Decode(tensor, values);
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw new FathomException($"{files.Location}: tensor '{tensor.Name}' has {value}, every weight must be a finite number");
        }

        if (_gguf && files.Config.WovenInGguf && HeadsOf(name) is { } heads) Unweave(values, heads);
    }

    // Some files of tied models hold the head all the same: one matrix to teach, not two, as long as they are equal.
    private void TieEqualHead(OrderedDictionary<string, Variable> parameters)
    {
        if (!files.Config.TiedHead || !parameters.TryGetValue(_plan.Head, out var head) || !head.Values.SequenceEqual(parameters[_plan.Embedding].Values)) return;
        parameters.Remove(_plan.Head);
        head.Dispose();
    }

    private string NameInFile(string name) => _names.InFile(name);

    private int? HeadsOf(string name) =>
        name.Contains(".self_attn.q_proj.", StringComparison.Ordinal) ? files.Config.Heads
        : name.Contains(".self_attn.k_proj.", StringComparison.Ordinal) ? files.Config.KeyValueHeads : null;

    private void Unweave(Span<float> values, int heads)
    {
        var order = WeightBinder.InterleavedRows(heads, files.Config.HeadDim);
        var (width, woven) = (values.Length / order.Length, values.ToArray());
        for (var row = 0; row < order.Length; row++) woven.AsSpan(order[row] * width, width).CopyTo(values[(row * width)..]);
    }
}
