using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Fathom.Formats;

/// <summary>
/// The header of a safetensors file, parsed strictly: eight bytes of length, then one JSON object. Everything the format promises
/// is checked, so that whoever gets a header may trust every offset in it.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit, so that a lying length cannot ask for more.</summary>
    public const long LongestJson = 100_000_000;

    public const int LengthBytes = 8;
    public const string MetadataKey = "__metadata__";

    private SafetensorsHeader(long dataStart, ImmutableArray<Placed> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        DataStart = dataStart;
        Tensors = tensors;
        Metadata = metadata;
    }

    public long DataStart { get; }

    /// <summary>In the order of the header.</summary>
    public ImmutableArray<Placed> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public static SafetensorsHeader Parse(FileBytes file)
    {
        if (file.Length < LengthBytes) throw new FathomException($"{file.Name}: not a safetensors file: {file.Length} bytes, the header's length alone takes {LengthBytes}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, LengthBytes));
        if (length > LongestJson) throw new FathomException($"{file.Name}: not a safetensors file: its header would be {length} bytes long, the format allows {LongestJson}");
        if ((long)length > file.Length - LengthBytes)
            throw new FathomException($"{file.Name}: truncated: its header is {length} bytes long and the file has {file.Length - LengthBytes} after the length; copy it again");
        var json = file.Span(LengthBytes, (int)length);
        if (json.Length < 2 || json[0] != (byte)'{') throw new FathomException($"{file.Name}: not a safetensors file: its header does not begin with '{{'");
        try
        {
            var (tensors, metadata) = ReadJson(json, file.Name);
            var header = new SafetensorsHeader(LengthBytes + (long)length, tensors, metadata);
            header.CheckCovered(file);
            return header;
        }
        catch (JsonException broken)
        {
            throw new FathomException($"{file.Name}: header is not valid JSON at byte {LengthBytes + (broken.BytePositionInLine ?? 0)} (line {(broken.LineNumber ?? 0) + 1}): {FileErrors.OneLine(broken.Message)}", broken);
        }
        catch (InvalidOperationException notText)
        {
            // What Utf8JsonReader throws for a string that is not UTF-8 or has half a surrogate pair.
            throw new FathomException($"{file.Name}: header has a string that is not valid Unicode", notText);
        }
    }

    private static (ImmutableArray<Placed> Tensors, IReadOnlyDictionary<string, string> Metadata) ReadJson(ReadOnlySpan<byte> json, string file)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var tensors = ImmutableArray.CreateBuilder<Placed>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> metadata = ImmutableDictionary<string, string>.Empty;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name)) throw new FathomException($"{file}: header has {FileErrors.Quote(name)} twice");
            reader.Read();
            if (name == MetadataKey) metadata = ReadMetadata(ref reader, file);
            else tensors.Add(ReadTensor(ref reader, name, file));
        }

        // Only white space may follow the closing brace; anything else is a JsonException.
        while (reader.Read())
        {
        }

        return (tensors.ToImmutable(), metadata);
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FathomException($"{file}: {MetadataKey} is not an object of strings");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new FathomException($"{file}: {MetadataKey} {FileErrors.Quote(key)} is not a string");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw new FathomException($"{file}: {MetadataKey} has {FileErrors.Quote(key)} twice");
        }

        return metadata;
    }

    private static Placed ReadTensor(ref Utf8JsonReader reader, string name, string file)
    {
        FathomException Wrong(string what) => new($"{file}: tensor {FileErrors.Quote(name)}: {what}");

        if (reader.TokenType != JsonTokenType.StartObject) throw Wrong("is not an object with dtype, shape and data_offsets");
        string? dtype = null;
        ImmutableArray<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            reader.Read();
            switch (field)
            {
                case "dtype" when dtype is null && reader.TokenType == JsonTokenType.String:
                    dtype = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader) ?? throw Wrong("shape is not an array of whole numbers from 0 to 2^63-1");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader) ?? throw Wrong("data_offsets are not whole numbers from 0 to 2^63-1");
                    break;
                default:
                    throw Wrong($"field {FileErrors.Quote(field)} is unknown, twice, or of the wrong kind (expected dtype, shape, data_offsets once each)");
            }
        }

        if (dtype is null || shape is null || offsets is null) throw Wrong("has not all of dtype, shape and data_offsets");
        if (!SafetensorsType.TryParse(dtype, out var type)) throw Wrong(SafetensorsType.WhyNot(dtype));
        if (offsets.Value.Length != 2 || offsets.Value[0] > offsets.Value[1]) throw Wrong($"data_offsets [{string.Join(", ", offsets.Value.Take(4))}] are not a begin and an end");
        var entry = new SafetensorsEntry(name, type, shape.Value);
        long expected;
        try
        {
            expected = entry.ByteLength;
        }
        catch (FathomException impossible)
        {
            throw new FathomException($"{file}: {impossible.Message}", impossible);
        }

        var stored = offsets.Value[1] - offsets.Value[0];
        if (stored != expected) throw Wrong($"data_offsets hold {stored} bytes, {dtype} of shape [{string.Join(", ", shape.Value.Take(8))}] takes {expected}");
        return new Placed(entry, offsets.Value[0], offsets.Value[1]);
    }

    private static ImmutableArray<long>? ReadNumbers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return null;
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0) return null;
            numbers.Add(number);
        }

        return numbers.ToImmutable();
    }

    /// <summary>The format wants the data covered from its first byte to its last: no overlap, no hole, nothing behind.</summary>
    private void CheckCovered(FileBytes file)
    {
        long end = 0;
        var previous = "the header";
        foreach (var tensor in Tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != end)
                throw new FathomException($"{file.Name}: tensor {FileErrors.Quote(tensor.Entry.Name)} begins at data byte {tensor.Begin}, {(tensor.Begin < end ? "inside" : "leaving a hole after")} {previous} which ends at {end}");
            end = tensor.End;
            previous = FileErrors.Quote(tensor.Entry.Name);
        }

        var available = file.Length - DataStart;
        if (end > available) throw new FathomException($"{file.Name}: truncated: the tensors need {end} data bytes and the file has {available}; copy it again");
        if (end < available) throw new FathomException($"{file.Name}: {available - end} bytes behind the last tensor belong to nothing; the file was damaged or is not what its header says");
    }

    /// <summary>A tensor and its bytes, counted from the end of the header.</summary>
    internal readonly record struct Placed(SafetensorsEntry Entry, long Begin, long End);
}
