using Fathom.Formats;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>The metadata of a GGUF file under its architecture's prefix (<c>llama.</c>), with readers that name the key.</summary>
internal sealed class GgufConfig(GgufFile file)
{
    private readonly GgufMetadata _metadata = file.Metadata;

    /// <summary>The file.</summary>
    public GgufFile File => file;

    /// <summary>Path of the file.</summary>
    public string Location => file.Location;

    /// <summary>Value of <c>general.architecture</c>.</summary>
    public string Architecture { get; } = file.Metadata.String("general.architecture");

    /// <summary>The keys under the architecture's prefix, without it.</summary>
    public IEnumerable<string> Keys => _metadata.Values.Keys
        .Where(key => key.StartsWith(Architecture + ".", StringComparison.Ordinal))
        .Select(key => key[(Architecture.Length + 1)..]);

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => _metadata.Contains(Full(key));

    /// <summary>A whole number of at least <paramref name="least"/> that must be there unless <paramref name="otherwise"/> is given.</summary>
    public int Int32(string key, int least = 1, int? otherwise = null)
    {
        if (!Has(key) && otherwise is not null) return otherwise.Value;
        var value = _metadata.Int64(Full(key));
        return value >= least && value <= int.MaxValue ? (int)value : throw Wrong(key, $"is {value}, expected a whole number from {least} to {int.MaxValue}");
    }

    /// <summary>A positive number that must be there unless <paramref name="otherwise"/> is given.</summary>
    public double Positive(string key, double? otherwise = null)
    {
        if (!Has(key) && otherwise is not null) return otherwise.Value;
        var value = _metadata.Double(Full(key));
        return value > 0 && double.IsFinite(value) ? value : throw Wrong(key, $"is {value}, expected a number above 0");
    }

    /// <summary>A truth value, or <paramref name="otherwise"/>.</summary>
    public bool Boolean(string key, bool otherwise) => _metadata.Boolean(Full(key), otherwise);

    /// <summary>A text, or <paramref name="otherwise"/>.</summary>
    public string? String(string key, string? otherwise = null) => _metadata.String(Full(key), otherwise);

    /// <summary>A whole number a layer, each at least 1: a list of them, or one number for all.</summary>
    public int[] PerLayer(string key, int layers)
    {
        if (_metadata[Full(key)].Kind != GgufValueKind.Array) return [.. Enumerable.Repeat(Int32(key), layers)];
        var values = _metadata.Array(Full(key)).ToInt64s();
        if (values.Length != layers || Array.Exists(values, value => value is < 1 or > int.MaxValue)) throw Wrong(key, $"has {values.Length} numbers, expected one from 1 on for each of {layers} layers");
        return Array.ConvertAll(values, value => (int)value);
    }

    /// <summary>Which layers see a window: a truth value a layer, or a number n that says all but every n-th do; null where the key is absent.</summary>
    public bool[]? WindowPattern(int layers)
    {
        const string Key = "attention.sliding_window_pattern";
        if (!Has(Key)) return null;
        if (_metadata[Full(Key)].Kind != GgufValueKind.Array)
        {
            var every = Int32(Key);
            return [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % every != 0)];
        }

        var array = _metadata.Array(Full(Key));
        var flags = array.ElementKind == GgufValueKind.Bool ? array.ToBooleans() : Array.ConvertAll(array.ToInt64s(), flag => flag != 0);
        return flags.Length == layers ? flags : throw Wrong(Key, $"has {flags.Length} values, expected {layers}, one a layer");
    }

    /// <summary>A key of Fathom's own for which GELU was meant: llama.cpp has no key for it and always takes the one by tanh.</summary>
    public const string ActivationKey = "fathom.activation";

    /// <summary>The activation that the file says, where it is Fathom's, or the family's.</summary>
    public Activation Activation(Activation otherwise) => _metadata.String(ActivationKey, null) switch
    {
        null => otherwise,
        "gelu" => Tensors.Autograd.Activation.Gelu,
        "gelu_tanh" => Tensors.Autograd.Activation.GeluTanh,
        var other => throw new FathomException($"{Location}: {ActivationKey} is '{ConfigText.Printable(other)}', expected gelu, gelu_tanh"),
    };

    /// <summary>A token id under <c>tokenizer.ggml.</c>, if the file names it.</summary>
    public int? TokenId(string key) =>
        _metadata.Contains("tokenizer.ggml." + key) && _metadata.Int64("tokenizer.ggml." + key) is >= 0 and <= int.MaxValue and var id ? (int)id : null;

    /// <summary>Number of tokens in the vocabulary inside the file, if it has one.</summary>
    public int? Tokens => _metadata.Contains("tokenizer.ggml.tokens") ? _metadata.Array("tokenizer.ggml.tokens").Count : null;

    /// <summary>An error that names file and key.</summary>
    public FathomException Wrong(string key, string what) => new($"{Location}: {Full(key)} {what}");

    /// <summary>Refuses keys that are not known: in this namespace nearly every key changes results.</summary>
    public void RefuseUnknownKeys(IReadOnlySet<string> known)
    {
        foreach (var key in Keys)
        {
            if (!known.Contains(key)) throw Wrong(ConfigText.Printable(key), "is not supported and may change results; convert the model from its original files with another tool, or run it there");
        }
    }

    private string Full(string key) => Architecture + "." + key;
}
