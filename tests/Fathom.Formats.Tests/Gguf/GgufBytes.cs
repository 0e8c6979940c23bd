using System.Text;

namespace Fathom.Formats.Tests;

/// <summary>Writes GGUF files byte by byte, right or wrong, for tests.</summary>
internal sealed class GgufBytes(uint version = 3, int alignment = 32)
{
    private readonly List<byte> _metadata = [];
    private readonly List<byte> _infos = [];
    private readonly List<byte> _data = [];
    private ulong _keys;
    private ulong _tensors;

    public ulong? TensorCount { get; init; }

    public ulong? KeyCount { get; init; }

    public GgufBytes Key(string name, GgufValueKind kind, params object[] parts)
    {
        _keys++;
        Put(_metadata, [name, (uint)kind, .. parts]);
        return this;
    }

    public GgufBytes Tensor(string name, uint type, ulong[] dimensions, byte[] content, ulong? offset = null)
    {
        _tensors++;
        while (_data.Count % alignment != 0) _data.Add(0);
        Put(_infos, [name, (uint)dimensions.Length, .. dimensions.Cast<object>(), type, offset ?? (ulong)_data.Count]);
        _data.AddRange(content);
        return this;
    }

    public byte[] Build(string magic = "GGUF")
    {
        var file = new List<byte>(Encoding.ASCII.GetBytes(magic));
        Put(file, [version, TensorCount ?? _tensors, KeyCount ?? _keys]);
        file.AddRange(_metadata);
        file.AddRange(_infos);
        while (file.Count % alignment != 0) file.Add(0);
        file.AddRange(_data);
        return [.. file];
    }

    private static void Put(List<byte> into, IEnumerable<object> parts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        foreach (var part in parts)
        {
            switch (part)
            {
                case string text:
                    var bytes = Encoding.UTF8.GetBytes(text);
                    writer.Write((ulong)bytes.Length);
                    writer.Write(bytes);
                    break;
                case byte[] raw: writer.Write(raw); break;
                case byte value: writer.Write(value); break;
                case sbyte value: writer.Write(value); break;
                case ushort value: writer.Write(value); break;
                case short value: writer.Write(value); break;
                case uint value: writer.Write(value); break;
                case int value: writer.Write(value); break;
                case ulong value: writer.Write(value); break;
                case long value: writer.Write(value); break;
                case float value: writer.Write(value); break;
                case double value: writer.Write(value); break;
                case GgufValueKind kind: writer.Write((uint)kind); break;
                default: throw new ArgumentException($"no bytes for {part.GetType()}", nameof(parts));
            }
        }

        writer.Flush();
        into.AddRange(stream.ToArray());
    }
}
