using Fathom.Tensors;

namespace Fathom.Formats.Tests;

public class GgufFileTests
{
    private static readonly string Blocks = SharedFolder.Golden("formats/blocks.gguf");

    [Fact]
    public void MetadataOfTheGoldenFileIsTyped()
    {
        using var file = GgufFile.Open(Blocks);
        Assert.Equal(3, file.Version);
        Assert.Equal(32, file.Alignment);
        Assert.Equal("test", file.Metadata.String("general.architecture"));
        Assert.Equal(42, file.Metadata.Int64("test.answer"));
        Assert.Equal(GgufValueKind.UInt32, file.Metadata["test.answer"].Kind);
        Assert.Equal(3.14159274f, (float)file.Metadata.Double("test.pi"));
        Assert.Equal(["a", "ß", "日本"], file.Metadata.Array("test.words").ToStrings());
    }

    [Fact]
    public void EveryTensorOfTheGoldenFileIsListedAndReadableOnesAreMapped()
    {
        using var file = GgufFile.Open(Blocks);
        Assert.Equal(25, file.TensorInfos.Count);
        Assert.All(file.TensorInfos, info => Assert.Equal([4L, 512L], info.Shape.ToArray()));
        foreach (var info in file.TensorInfos)
        {
            if (info.Type is { } type)
            {
                var tensor = file.GetTensor(info.Name);
                Assert.Equal(type, tensor.Type);
                Assert.Equal(info.ByteLength, tensor.ByteLength);
            }
            else
            {
                Assert.Contains("which is not read yet", Assert.Throws<FathomException>(() => file.GetTensor(info.Name)).Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"],
            file.TensorInfos.Where(info => info.Type is not null).Select(info => info.TypeName));
    }

    [Fact]
    public unsafe void PlainTensorsOfTheGoldenFileEqualTheReference()
    {
        using var file = GgufFile.Open(Blocks);
        using var expected = SafetensorsFile.Open(SharedFolder.Golden("formats/blocks.safetensors"));
        var stored = file.GetTensor("f32");
        var reference = expected.GetTensor("f32");
        Assert.Equal(DType.F32, reference.Type);
        Assert.Equal(stored.Shape.ToArray(), reference.Shape.ToArray());
        Assert.True(new ReadOnlySpan<byte>(stored.Data, (int)stored.ByteLength).SequenceEqual(new ReadOnlySpan<byte>(reference.Data, (int)reference.ByteLength)));
    }
}
