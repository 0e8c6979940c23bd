using System.Diagnostics.CodeAnalysis;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// A safetensors file, mapped and never copied. Opening checks everything the format promises: a header of at most 100 MB of strict
/// JSON without duplicate keys, known element types, offsets that match shape and type, do not overlap, leave no hole and cover the
/// file exactly.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private readonly FileBytes _bytes;
    private readonly Dictionary<string, StoredTensor> _tensors;
    private readonly string[] _names;

    private unsafe SafetensorsFile(FileBytes bytes)
    {
        _bytes = bytes;
        var header = SafetensorsHeader.Parse(bytes);
        Metadata = header.Metadata;
        _names = new string[header.Tensors.Length];
        _tensors = new Dictionary<string, StoredTensor>(header.Tensors.Length, StringComparer.Ordinal);
        for (var i = 0; i < _names.Length; i++)
        {
            var (entry, begin, end) = header.Tensors[i];
            _names[i] = entry.Name;
            _tensors.Add(entry.Name, new StoredTensor(entry.Name, entry.Type, entry.Shape, bytes.Pointer + header.DataStart + begin, end - begin, bytes));
        }
    }

    /// <summary>Path of the file.</summary>
    public string Location => _bytes.Name;

    /// <summary>The strings under <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Every tensor's name, in the order of the header.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Maps a file and checks it whole.</summary>
    /// <exception cref="FathomException">It cannot be read, or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path) => From(FileBytes.Map(path));

    /// <summary>The same for bytes in memory, which are copied; <paramref name="name"/> stands for the path in messages.</summary>
    /// <exception cref="FathomException">The bytes break a rule of the format.</exception>
    public static SafetensorsFile Parse(ReadOnlySpan<byte> content, string name = "(memory)") => From(FileBytes.Of(content, name));

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor : throw TensorSource.Missing(this, name);

    /// <summary>Unmaps the file: its tensors must not be read any more.</summary>
    public void Dispose() => _bytes.Dispose();

    private static SafetensorsFile From(FileBytes bytes)
    {
        try
        {
            return new SafetensorsFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }
}
