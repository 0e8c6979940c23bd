using System.Collections.Immutable;

namespace Fathom.Formats;

/// <summary>Everything before the data of a GGUF file, parsed strictly and checked against the length of the file.</summary>
internal sealed class GgufHeader
{
    /// <summary>The format's limit for the length of a key; names of tensors get the same.</summary>
    public const int LongestName = 65_535;

    public const int MostDimensions = 4;
    public const int DefaultAlignment = 32;
    private const string AlignmentKey = "general.alignment";
    private const uint Magic = 0x46554747;
    private const int LeastMetadataBytes = 8 + 4 + 1;
    private const int LeastTensorBytes = 8 + 4 + 4 + 8;

    private readonly FileBytes _file;
    private readonly GgufCursor _cursor;

    private GgufHeader(FileBytes file)
    {
        _file = file;
        _cursor = new GgufCursor(file);
        (Version, var tensorCount, var metadataCount) = ReadStart();
        Metadata = new GgufMetadata(file.Name, ReadMetadata(metadataCount));
        Alignment = ReadAlignment();
        Tensors = ReadTensors(tensorCount);
    }

    public uint Version { get; }

    public GgufMetadata Metadata { get; }

    public long Alignment { get; }

    public ImmutableArray<GgufTensorInfo> Tensors { get; }

    public static GgufHeader Parse(FileBytes file) => new(file);

    private (uint Version, long Tensors, long Metadata) ReadStart()
    {
        if (_file.Length < 4 || _cursor.UInt32("the magic number") != Magic) throw new FathomException($"{_file.Name}: not a GGUF file: it does not begin with \"GGUF\"");
        var version = _cursor.UInt32("the version");
        if (version is 0x02000000 or 0x03000000) throw new FathomException($"{_file.Name}: is a big-endian GGUF file; only little-endian ones are read: convert it with llama.cpp's gguf_convert_endian.py");
        if (version is not (2 or 3)) throw new FathomException($"{_file.Name}: is GGUF version {version}; versions 2 and 3 are read: convert the model again with a current llama.cpp");
        return (version, _cursor.Count(LeastTensorBytes, "the number of tensors"), _cursor.Count(LeastMetadataBytes, "the number of metadata keys"));
    }

    private OrderedDictionary<string, GgufValue> ReadMetadata(long count)
    {
        var values = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            var key = _cursor.String($"metadata key {i}", LongestName);
            if (!values.TryAdd(key, GgufValue.Read(_cursor, _file, key))) throw _cursor.Wrong($"metadata {FileErrors.Quote(key)} is there twice");
        }

        return values;
    }

    private long ReadAlignment()
    {
        if (!Metadata.TryGet(AlignmentKey, out var value)) return DefaultAlignment;
        var alignment = value.Kind == GgufValueKind.UInt32 ? value.AsInt64() : 0;
        return alignment > 0 && long.IsPow2(alignment)
            ? alignment
            : throw new FathomException($"{_file.Name}: metadata '{AlignmentKey}' is {FileErrors.Quote(value.ToString())} ({value.Kind}), a power of two as UInt32 was expected");
    }

    private ImmutableArray<GgufTensorInfo> ReadTensors(long count)
    {
        var found = new List<(GgufTensorInfo Info, ulong Offset)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            var tensor = ReadTensor(i);
            if (!names.Add(tensor.Info.Name)) throw _cursor.Wrong($"tensor {FileErrors.Quote(tensor.Info.Name)} is there twice");
            found.Add(tensor);
        }

        // The data begins at the next multiple of the alignment; a file of metadata alone may end before it.
        var dataStart = (_cursor.Position + Alignment - 1) & -Alignment;
        var placed = found.Select(tensor => Place(tensor.Info, tensor.Offset, dataStart)).ToImmutableArray();
        CheckApart(placed);
        return placed;
    }

    private (GgufTensorInfo Info, ulong Offset) ReadTensor(long index)
    {
        var name = _cursor.String($"the name of tensor {index}", LongestName);
        var what = $"tensor {FileErrors.Quote(name)}";
        var dimensions = _cursor.UInt32(what);
        if (dimensions > MostDimensions) throw _cursor.Wrong($"{what} has {dimensions} dimensions, at most {MostDimensions} are allowed");
        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++)
        {
            var dimension = _cursor.UInt64(what);
            if (dimension > long.MaxValue) throw _cursor.Wrong($"{what} has a dimension of {dimension}");
            shape[shape.Length - 1 - i] = (long)dimension;
        }

        var id = _cursor.UInt32(what);
        var type = GgmlType.Find(id) ?? throw _cursor.Wrong($"{what} has the unknown element type {id}; known are {string.Join(", ", GgmlType.ReadableNames)}");
        if (type.BlockElements == 0) throw _cursor.Wrong($"{what} is stored as {type.Name}, which is not read; known are {string.Join(", ", GgmlType.ReadableNames)}");
        return (new GgufTensorInfo(name, type.Name, type.Type, [.. shape], 0, ByteLength(type, shape, what)), _cursor.UInt64(what));
    }

    private long ByteLength(GgmlType type, long[] shape, string what)
    {
        var row = shape.Length == 0 ? 1 : shape[^1];
        if (row % type.BlockElements != 0) throw _cursor.Wrong($"{what} has rows of {row} elements, {type.Name} needs a multiple of {type.BlockElements}");
        try
        {
            // Also the plain product, because callers multiply the shape: zero in one dimension must not hide an overflow of the others.
            long elements = 1, nonZero = 1;
            foreach (var dimension in shape)
            {
                elements = checked(elements * dimension);
                nonZero = checked(nonZero * Math.Max(dimension, 1));
            }

            return checked(elements / type.BlockElements * type.BlockBytes);
        }
        catch (OverflowException)
        {
            throw _cursor.Wrong($"{what} has the shape [{string.Join(", ", shape)}], more than a file can hold");
        }
    }

    private GgufTensorInfo Place(GgufTensorInfo tensor, ulong offset, long dataStart)
    {
        var what = $"{_file.Name}: tensor {FileErrors.Quote(tensor.Name)}";
        if (offset % (ulong)Alignment != 0) throw new FathomException($"{what} begins at data byte {offset}, not a multiple of the alignment {Alignment}");
        var room = Math.Max(0, _file.Length - dataStart);
        if (offset > (ulong)room || tensor.ByteLength > room - (long)offset)
            throw new FathomException($"{what} takes {tensor.ByteLength} bytes from data byte {offset}, the file has {room}; it is truncated: copy it again");
        return tensor with { Offset = tensor.ByteLength == 0 ? Math.Min(dataStart, _file.Length) : dataStart + (long)offset };
    }

    private void CheckApart(ImmutableArray<GgufTensorInfo> tensors)
    {
        GgufTensorInfo? previous = null;
        foreach (var tensor in tensors.Where(tensor => tensor.ByteLength > 0).OrderBy(tensor => tensor.Offset))
        {
            if (previous is not null && tensor.Offset < previous.Offset + previous.ByteLength)
                throw new FathomException($"{_file.Name}: tensors {FileErrors.Quote(previous.Name)} and {FileErrors.Quote(tensor.Name)} overlap at byte {tensor.Offset}; the file is damaged");
            previous = tensor;
        }
    }
}
