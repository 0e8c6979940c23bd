using System.Runtime.InteropServices;
using Fathom.Tensors;

namespace Fathom.Formats.Tests;

public sealed class GgufWriterTests
{
    // The numbers that the golden file's tensors were made of: numpy's default_rng(20260101).normal of 4 x 512 in single precision, one after the other.
    [Theory]
    [InlineData("f32", DType.F32, 0)]
    [InlineData("f16", DType.F16, 1)]
    [InlineData("bf16", DType.BF16, 2)]
    [InlineData("q8_0", DType.Q8_0, 3)]
    [InlineData("q4_0", DType.Q4_0, 4)]
    [InlineData("q4_1", DType.Q4_1, 5)]
    public unsafe void QuantisersEqualTheReferenceToTheBit(string name, DType type, int draw)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(SharedFolder.Golden("formats/quantise-input.f32"))).Slice(draw * 2048, 2048);
        using var golden = GgufFile.Open(SharedFolder.Golden("formats/blocks.gguf"));
        var expected = golden.GetTensor(name);
        var bytes = new byte[expected.ByteLength];
        Assert.Equal(-1, BlockEncoder.Encode(type, numbers, bytes));
        Assert.Equal(new ReadOnlySpan<byte>(expected.Data, bytes.Length).ToArray(), bytes);
    }

    [Fact]
    public unsafe void WhatIsWrittenIsReadBack()
    {
        using var folder = new TempFolder();
        var path = folder["out.gguf"];
        var metadata = new GgufMetadataBuilder().Add("general.architecture", "llama").Add("n", 7).Add("x", 0.5f).Add("yes", true)
            .Add("words", ["a", "ß", "日本", ""]).Add("ints", [1, -2]).Add("floats", [0.25f]);
        using (var source = GgufFile.Parse(GgufMetadataTests.EveryKind()))
        {
            foreach (var (key, value) in source.Metadata.Values) metadata.Add("copy." + key, value);
            using var writer = GgufWriter.Create(path, metadata, [new("empty", DType.F32, [0, 4]), new("a", DType.F32, [3]), new("b", DType.Q8_0, [2, 32]), new("c", DType.I8, [1])]);
            writer.Write(MemoryMarshal.AsBytes<float>([1, 2, 3]));
            writer.Write(new byte[30]);
            Assert.Contains("'b' is not complete: 38 bytes", Assert.Throws<FathomException>(writer.Complete).Message, StringComparison.Ordinal);
            writer.Write([.. new byte[38], 9]);
            Assert.Contains("more bytes", Assert.Throws<FathomException>(() => writer.Write([1])).Message, StringComparison.Ordinal);
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        using var file = GgufFile.Open(path);
        Assert.Equal((3, 7L, 0.5, true), (file.Version, file.Metadata.Int64("n"), file.Metadata.Double("x"), file.Metadata.Boolean("yes", false)));
        Assert.Equal(["a", "ß", "日本", ""], file.Metadata.Array("words").ToStrings());
        Assert.Equal([1, -2], file.Metadata.Array("ints").ToInt64s());
        using var again = GgufFile.Parse(GgufMetadataTests.EveryKind());
        foreach (var (key, value) in again.Metadata.Values) Assert.Equal(value.Encoded(), file.Metadata["copy." + key].Encoded());
        Assert.Equal(2, ((float*)file.GetTensor("a").Data)[1]);
        Assert.Equal([2, 32], file.GetTensor("b").Shape.ToArray());
        Assert.Equal(9, *file.GetTensor("c").Data);
        Assert.Equal(0, file.GetTensor("empty").ElementCount);
    }

    [Fact]
    public void WrongListsAreRefused()
    {
        using var folder = new TempFolder();
        var none = new GgufMetadataBuilder();
        Refused("is there twice", [new("a", DType.F32, [1]), new("a", DType.F32, [1])]);
        Refused("no multiple of 32", [new("a", DType.Q4_0, [2, 33])]);
        Refused("no place for the shape", [new("a", DType.F32, [1, 1, 1, 1, 1])]);
        Refused("no element type for U64", [new("a", DType.U64, [1])]);
        Refused("more bytes than a file", [new("a", DType.F32, [1L << 62, 4])]);
        Assert.Throws<ArgumentException>(() => new GgufMetadataBuilder().Add("a", 1).Add("a", 2));
        Assert.Contains("general.alignment", Assert.Throws<FathomException>(() => GgufWriter.Create(folder["x"], new GgufMetadataBuilder().Add("general.alignment", 64), [])).Message, StringComparison.Ordinal);

        void Refused(string expected, GgufEntry[] entries) =>
            Assert.Contains(expected, Assert.Throws<FathomException>(() => GgufWriter.Create(folder["x.gguf"], none, entries)).Message, StringComparison.Ordinal);
    }
}
