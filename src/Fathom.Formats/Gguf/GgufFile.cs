using System.Diagnostics.CodeAnalysis;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// A GGUF file of version 2 or 3, little-endian, mapped and never copied: typed metadata, and tensors whose places have been checked
/// (lengths, counts, overlaps, the end of the file). Arrays of the metadata, such as a vocabulary, are read when asked for.
/// </summary>
public sealed class GgufFile : ITensorSource
{
    private readonly FileBytes _bytes;
    private readonly GgufHeader _header;
    private readonly Dictionary<string, GgufTensorInfo> _infos;
    private readonly string[] _names;

    private GgufFile(FileBytes bytes)
    {
        _bytes = bytes;
        _header = GgufHeader.Parse(bytes);
        _names = [.. _header.Tensors.Select(tensor => tensor.Name)];
        _infos = _header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Path of the file.</summary>
    public string Location => _bytes.Name;

    /// <summary>2 or 3.</summary>
    public int Version => (int)_header.Version;

    /// <summary>Tensors begin at multiples of this many bytes.</summary>
    public long Alignment => _header.Alignment;

    /// <summary>The metadata by key.</summary>
    public GgufMetadata Metadata => _header.Metadata;

    /// <summary>Every tensor, also those of types that are not read yet, in the order of the file.</summary>
    public IReadOnlyList<GgufTensorInfo> TensorInfos => _header.Tensors;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Maps a file and checks it.</summary>
    /// <exception cref="FathomException">It cannot be read, is not GGUF 2 or 3, big-endian, truncated, or breaks a rule of the format.</exception>
    public static GgufFile Open(string path) => From(FileBytes.Map(path));

    /// <summary>The same for bytes in memory, which are copied (a decompressed <c>.gguf.gz</c>, say); <paramref name="name"/> stands for the path in messages.</summary>
    /// <exception cref="FathomException">The bytes break a rule of the format.</exception>
    public static GgufFile Parse(ReadOnlySpan<byte> content, string name = "(memory)") => From(FileBytes.Of(content, name));

    /// <inheritdoc/>
    public unsafe bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        tensor = null;
        if (!_infos.TryGetValue(name, out var info)) return false;
        if (info.Type is not { } type)
            throw new FathomException($"{Location}: tensor {FileErrors.Quote(name)} is stored as {info.TypeName}, which is not read yet; read are {string.Join(", ", GgmlType.ReadableNames)}");
        tensor = new StoredTensor(info.Name, type, info.Shape, _bytes.Pointer + info.Offset, info.ByteLength, _bytes);
        return true;
    }

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => TryGetTensor(name, out var tensor) ? tensor : throw TensorSource.Missing(this, name);

    /// <summary>Unmaps the file: its tensors and arrays must not be read any more.</summary>
    public void Dispose() => _bytes.Dispose();

    private static GgufFile From(FileBytes bytes)
    {
        try
        {
            return new GgufFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }
}
