using System.Runtime.InteropServices;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Conversion;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// The weights of a model's files by their Hugging Face names, widened to fp32, whatever the files call them: a GGUF file is read as
/// the Hugging Face files that it would be converted to.
/// </summary>
internal sealed class CheckpointWeights(ModelFiles files)
{
    private readonly WeightNames _names = new(files.Weights, files.Config.Names, gguf: false);
    private readonly DecoderPlan _plan = new(files.Config);

    /// <summary>The configuration as Hugging Face files say it.</summary>
    /// <exception cref="FathomException">A GGUF file says something that config.json has no words for.</exception>
    public static DecoderConfig ConfigOf(ModelFiles files) =>
        files.Gguf is null ? files.Config : HuggingFaceConfigWriter.AsWritten(files.Config, HuggingFaceConfigWriter.Write(files.Config, "float32"));

    /// <summary>Every parameter, in the order of <see cref="ParameterShapes"/>; all are checked before anything is allocated.</summary>
    /// <exception cref="FathomException">Files and configuration do not fit.</exception>
    public OrderedDictionary<string, Variable> ReadAll(AutogradDevice device)
    {
        if (files.Gguf is { } gguf) return ReadGguf(gguf, device);
        var config = files.Config;
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

    private OrderedDictionary<string, Variable> ReadGguf(GgufFile gguf, AutogradDevice device)
    {
        var config = ConfigOf(files);
        var parameters = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, shape, parts) in GgufTensors.Of(gguf, config))
            {
                if (parts.FirstOrDefault(part => !BlockDecoder.CanDecode(part.Source.Type)) is { } other) throw new FathomException($"{files.Location}: tensor '{other.Source.Name}' is not of a floating-point type");
                var variable = device.NewVariable(true, [.. shape.Select(size => checked((int)size))]);
                parameters.Add(name, variable);
                var at = 0;
                TensorRecoder.Write(
                    new PlannedTensor(name, DType.F32, shape, parts),
                    bytes =>
                    {
                        bytes.CopyTo(MemoryMarshal.AsBytes(variable.Values)[at..]);
                        at += bytes.Length;
                    },
                    CancellationToken.None);
                CheckFinite(name, variable.Values);
            }

            return parameters;
        }
        catch
        {
            foreach (var variable in parameters.Values) variable.Dispose();
            throw;
        }
    }

    private bool Has(string name) => files.Weights.TryGetTensor(NameInFile(name), out _);

    // Refuses files with a tensor too few, too many, or of another shape or kind.
    private void Check(OrderedDictionary<string, int[]> shapes)
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

    private void Read(string name, Span<float> values)
    {
        var tensor = files.Weights.GetTensor(NameInFile(name));
        WeightValues.Decode(tensor, values);
        CheckFinite(tensor.Name, values);
    }

    // Some files of tied models hold the head all the same: one matrix to teach, not two, as long as they are equal.
    private void TieEqualHead(OrderedDictionary<string, Variable> parameters)
    {
        if (!files.Config.TiedHead || !parameters.TryGetValue(_plan.Head, out var head) || !head.Values.SequenceEqual(parameters[_plan.Embedding].Values)) return;
        parameters.Remove(_plan.Head);
        head.Dispose();
    }

    private string NameInFile(string name) => _names.InFile(name);

    private void CheckFinite(string name, ReadOnlySpan<float> values)
    {
        var bad = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0) throw new FathomException($"{files.Location}: tensor '{name}' has {values[bad]}, every weight must be a finite number");
    }
}
