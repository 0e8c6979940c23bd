using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Adapters;

/// <summary>An adapter as PEFT keeps it: adapter_config.json and adapter_model.safetensors, the tensors mapped.</summary>
internal sealed class AdapterFolder : IDisposable
{
    /// <summary>Name of the file of tensors.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    /// <summary>What PEFT puts before every name.</summary>
    public const string Prefix = "base_model.model.";

    private readonly SafetensorsFile _weights;

    private AdapterFolder(string folder, LoraOptions options, IReadOnlyList<string> warnings, SafetensorsFile weights)
    {
        (Folder, Options, Warnings, _weights) = (folder, options, warnings, weights);
    }

    /// <summary>Path of the folder.</summary>
    public string Folder { get; }

    /// <summary>What the configuration says.</summary>
    public LoraOptions Options { get; }

    /// <summary>What may matter and was not understood.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The files that decide what it does.</summary>
    public IReadOnlyList<string> Paths => [Path.Combine(Folder, PeftConfig.FileName), _weights.Location];

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FathomException">It is no adapter, or one that is not supported.</exception>
    public static AdapterFolder Open(string folder)
    {
        var config = Path.Combine(folder, PeftConfig.FileName);
        if (!File.Exists(config)) throw new FathomException($"{folder}: is not an adapter: it has no {PeftConfig.FileName}");
        var weights = Path.Combine(folder, WeightsName);
        if (!File.Exists(weights))
            throw new FathomException($"{folder}: has no {WeightsName}{(File.Exists(Path.Combine(folder, "adapter_model.bin")) ? "; adapter_model.bin is a Python pickle, which is not read: save the adapter as safetensors" : "")}");
        var (options, warnings) = PeftConfig.Load(config);
        return new AdapterFolder(folder, options, warnings, SafetensorsFile.Open(weights));
    }

    /// <summary>Everything in the file of tensors.</summary>
    public IReadOnlyList<StoredTensor> Tensors => [.. _weights.Names.Select(_weights.GetTensor)];

    /// <summary>Whether the file holds a tensor, by its name without the prefix.</summary>
    public bool Has(string name) => _weights.TryGetTensor(Prefix + name, out _);

    /// <summary>Finds the adapter's layers in a model and checks that the file has their tensors and no others.</summary>
    /// <param name="shapes">Every parameter of the model, a tied head among them.</param>
    /// <param name="ignored">A tensor that may be left over.</param>
    /// <exception cref="FathomException">A layer or a tensor is missing, left over, or of another shape.</exception>
    public LoraPlan Bind(IReadOnlyDictionary<string, int[]> shapes, string? ignored = null)
    {
        var plan = LoraPlan.Make(Options, shapes, Path.Combine(Folder, PeftConfig.FileName));
        var expected = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var target in plan.Targets)
        {
            expected.Add(DownName(target), [target.Rank, target.Inputs]);
            expected.Add(UpName(target), [target.Outputs, target.Rank]);
        }

        foreach (var name in plan.Saved) expected.Add(name, shapes[name]);
        foreach (var (name, shape) in expected)
        {
            if (!_weights.TryGetTensor(Prefix + name, out var tensor)) throw new FathomException($"{_weights.Location}: key '{Prefix + name}' is missing; {PeftConfig.FileName} asks for it");
            if (!tensor.Shape.SequenceEqual(shape.Select(size => (long)size)))
                throw new FathomException($"{_weights.Location}: key '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape)}]");
            if (!BlockDecoder.CanDecode(tensor.Type)) throw new FathomException($"{_weights.Location}: key '{tensor.Name}' is not of a floating-point type");
        }

        var extra = _weights.Names.FirstOrDefault(name => !name.StartsWith(Prefix, StringComparison.Ordinal) || (!expected.ContainsKey(name[Prefix.Length..]) && name[Prefix.Length..] != ignored));
        return extra is null ? plan : throw new FathomException($"{_weights.Location}: key '{ConfigText.Printable(extra)}' has no place: {PeftConfig.FileName} and the model do not ask for it");
    }

    /// <summary>A tensor's numbers, by its name without the prefix.</summary>
    /// <exception cref="FathomException">One is not finite.</exception>
    public void Decode(string name, Span<float> values)
    {
        WeightValues.Decode(_weights.GetTensor(Prefix + name), values);
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw new FathomException($"{_weights.Location}: key '{Prefix + name}' has {value}, every weight must be a finite number");
        }
    }

    /// <summary>The warning about an adapter that changes nothing.</summary>
    public static string NoEffect(string folder) => $"{folder}: the adapter has no effect: every update is zero (was it saved before it was trained?)";

    /// <summary>Name of the map down.</summary>
    public static string DownName(LoraTarget target) => target.Module + ".lora_A.weight";

    /// <summary>Name of the map up.</summary>
    public static string UpName(LoraTarget target) => target.Module + ".lora_B.weight";

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}
