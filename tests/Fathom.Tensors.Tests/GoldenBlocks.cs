using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Fathom.Tensors.Tests;

/// <summary>Just enough of GGUF and safetensors to read the golden block files: names, types, offsets.</summary>
internal static class GoldenBlocks
{
    private static readonly Dictionary<uint, DType> Types = new()
    {
        [0] = DType.F32,
        [1] = DType.F16,
        [30] = DType.BF16,
        [2] = DType.Q4_0,
        [3] = DType.Q4_1,
        [6] = DType.Q5_0,
        [7] = DType.Q5_1,
        [8] = DType.Q8_0,
        [10] = DType.Q2_K,
        [11] = DType.Q3_K,
        [12] = DType.Q4_K,
        [13] = DType.Q5_K,
        [14] = DType.Q6_K,
        [16] = DType.IQ2_XXS,
        [17] = DType.IQ2_XS,
        [18] = DType.IQ3_XXS,
        [19] = DType.IQ1_S,
        [20] = DType.IQ4_NL,
        [21] = DType.IQ3_S,
        [22] = DType.IQ2_S,
        [23] = DType.IQ4_XS,
        [29] = DType.IQ1_M,
        [34] = DType.TQ1_0,
        [35] = DType.TQ2_0,
        [39] = DType.MXFP4,
    };

    /// <summary>Every tensor of a known type: its bytes and the fp32 values they stand for, [4, 512].</summary>
    public static Dictionary<string, (DType Type, byte[] Bytes, float[] Expected)> Read()
    {
        var gguf = File.ReadAllBytes(SharedFolder.Golden("tensors/blocks.gguf"));
        var expected = File.ReadAllBytes(SharedFolder.Golden("tensors/blocks.safetensors"));
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(expected);
        using var header = JsonDocument.Parse(expected.AsMemory(8, headerLength));
        var result = new Dictionary<string, (DType, byte[], float[])>();
        foreach (var (name, type, offset) in Tensors(gguf))
        {
            if (!Types.TryGetValue(type, out var known))
            {
                continue;
            }

            var range = header.RootElement.GetProperty(name).GetProperty("data_offsets");
            var values = new float[2048];
            Buffer.BlockCopy(expected, 8 + headerLength + range[0].GetInt32(), values, 0, 8192);
            result[name] = (known, gguf.AsSpan((int)offset, (int)DTypeInfo.Of(known).ByteLength(2048)).ToArray(), values);
        }

        return result;
    }

    private static List<(string Name, uint Type, long Offset)> Tensors(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file));
        reader.BaseStream.Position = 8;
        var tensors = reader.ReadInt64();
        var pairs = reader.ReadInt64();
        for (var i = 0L; i < pairs; i++)
        {
            _ = Text(reader);
            SkipValue(reader, reader.ReadUInt32());
        }

        var found = new List<(string, uint, long)>();
        for (var i = 0L; i < tensors; i++)
        {
            var name = Text(reader);
            var dimensions = reader.ReadUInt32();
            reader.BaseStream.Position += 8 * dimensions;
            found.Add((name, reader.ReadUInt32(), reader.ReadInt64()));
        }

        var data = (reader.BaseStream.Position + 31) / 32 * 32;
        return found.ConvertAll(t => (t.Item1, t.Item2, t.Item3 + data));
    }

    private static void SkipValue(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case 8:
                _ = Text(reader);
                break;
            case 9:
                var element = reader.ReadUInt32();
                for (var count = reader.ReadInt64(); count > 0; count--)
                {
                    SkipValue(reader, element);
                }

                break;
            default:
                reader.BaseStream.Position += type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, _ => 8 };
                break;
        }
    }

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadInt64()));
}
