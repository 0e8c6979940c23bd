using System.Diagnostics.CodeAnalysis;

namespace Fathom.Formats;

/// <summary>The metadata of a GGUF file by key, in the order of the file, with readers that name the key when it is absent or of another kind.</summary>
public sealed class GgufMetadata
{
    private readonly string _file;
    private readonly OrderedDictionary<string, GgufValue> _values;

    internal GgufMetadata(string file, OrderedDictionary<string, GgufValue> values)
    {
        _file = file;
        _values = values;
    }

    /// <summary>Every value by key, in the order of the file.</summary>
    public IReadOnlyDictionary<string, GgufValue> Values => _values;

    /// <summary>The value of a key.</summary>
    /// <exception cref="FathomException">The file has no such key.</exception>
    public GgufValue this[string key] => _values.TryGetValue(key, out var value)
        ? value
        : throw new FathomException($"{_file}: has no metadata {FileErrors.Quote(key)}, which is needed here");

    /// <summary>Whether the file has a key.</summary>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>The value of a key, if the file has it.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out GgufValue? value) => _values.TryGetValue(key, out value);

    /// <summary>A text that must be there.</summary>
    /// <exception cref="FathomException">The key is absent or of another kind.</exception>
    public string String(string key) => this[key].AsString();

    /// <summary>A text, or <paramref name="otherwise"/> where the key is absent.</summary>
    /// <exception cref="FathomException">The key is of another kind.</exception>
    [return: NotNullIfNotNull(nameof(otherwise))]
    public string? String(string key, string? otherwise) => TryGet(key, out var value) ? value.AsString() : otherwise;

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="FathomException">The key is absent, of another kind, or above 2^63-1.</exception>
    public long Int64(string key) => this[key].AsInt64();

    /// <summary>A whole number, or <paramref name="otherwise"/> where the key is absent.</summary>
    /// <exception cref="FathomException">The key is of another kind, or above 2^63-1.</exception>
    public long Int64(string key, long otherwise) => TryGet(key, out var value) ? value.AsInt64() : otherwise;

    /// <summary>A number that must be there.</summary>
    /// <exception cref="FathomException">The key is absent or of another kind.</exception>
    public double Double(string key) => this[key].AsDouble();

    /// <summary>A number, or <paramref name="otherwise"/> where the key is absent.</summary>
    /// <exception cref="FathomException">The key is of another kind.</exception>
    public double Double(string key, double otherwise) => TryGet(key, out var value) ? value.AsDouble() : otherwise;

    /// <summary>A truth value, or <paramref name="otherwise"/> where the key is absent.</summary>
    /// <exception cref="FathomException">The key is of another kind.</exception>
    public bool Boolean(string key, bool otherwise) => TryGet(key, out var value) ? value.AsBoolean() : otherwise;

    /// <summary>An array that must be there.</summary>
    /// <exception cref="FathomException">The key is absent or of another kind.</exception>
    public GgufArray Array(string key) => this[key].AsArray();
}
