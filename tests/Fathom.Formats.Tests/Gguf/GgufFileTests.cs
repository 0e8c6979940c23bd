using System.Diagnostics;
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
            var tensor = file.GetTensor(info.Name);
            Assert.Equal(info.Type, tensor.Type);
            Assert.Equal(info.ByteLength, tensor.ByteLength);
        }

        Assert.Equal(["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S", "IQ1_M", "TQ1_0", "TQ2_0", "MXFP4"],
            file.TensorInfos.Select(info => info.TypeName));
    }

    [Fact]
    public unsafe void EveryReadableTensorEqualsTheReferenceToTheBit()
    {
        using var file = GgufFile.Open(Blocks);
        using var reference = SafetensorsFile.Open(SharedFolder.Golden("formats/blocks.safetensors"));
        foreach (var info in file.TensorInfos.Where(info => info.Type is not null))
        {
            var stored = file.GetTensor(info.Name);
            var expected = reference.GetTensor(info.Name);
            Assert.Equal(stored.Shape.ToArray(), expected.Shape.ToArray());
            var decoded = new float[stored.ElementCount];
            BlockDecoder.Decode(stored.Type, new ReadOnlySpan<byte>(stored.Data, (int)stored.ByteLength), decoded);
            var bits = new ReadOnlySpan<uint>(expected.Data, decoded.Length);
            for (var i = 0; i < decoded.Length; i++)
                Assert.True(BitConverter.SingleToUInt32Bits(decoded[i]) == bits[i], $"{info.TypeName}[{i}]: {decoded[i]:R} is not {BitConverter.UInt32BitsToSingle(bits[i]):R}");
        }
    }

    [SharedFact("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")]
    public void TheRealModelOpensAtOnceAndItsVocabularyIsRead()
    {
        var path = SharedFolder.Path("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
        GgufFile.Open(path).Dispose();
        var start = Stopwatch.GetTimestamp();
        using var file = GgufFile.Open(path);
        var opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var tokens = file.Metadata.Array("tokenizer.ggml.tokens").ToStrings();
        Assert.Equal(49_152, tokens.Length);
        Assert.Equal("<|im_end|>", tokens[file.Metadata.Int64("tokenizer.ggml.eos_token_id")]);
        Assert.Equal("llama", file.Metadata.String("general.architecture"));
        Assert.Equal(30, file.Metadata.Int64("llama.block_count"));
        Assert.Equal(272, file.Names.Count);
        Assert.Equal(210, file.TensorInfos.Count(info => info.Type == DType.Q4_1));
        Assert.Equal([49_152L, 576], file.GetTensor("token_embd.weight").Shape.ToArray());
        Assert.True(opened < 100, $"opening took {opened:F1} ms");
    }
}
