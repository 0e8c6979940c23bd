using System.Buffers.Binary;

namespace Fathom.Formats.Tests;

/// <summary>Every rule of the format, broken once, with what the reader is told.</summary>
public class GgufRulesTests
{
    public static TheoryData<string, byte[], string> Broken()
    {
        var data = new TheoryData<string, byte[], string>();
        void Add(string rule, byte[] bytes, string message) => data.Add(rule, bytes, message);
        GgufBytes Tensor(uint type, params ulong[] dimensions) => new GgufBytes().Tensor("w", type, dimensions, new byte[64]);

        Add("empty", [], "not a GGUF file");
        Add("magic", new GgufBytes().Build("GGML"), "not a GGUF file");
        Add("short", "GGUF"u8.ToArray(), "ends inside the version");
        Add("version 1", new GgufBytes(1).Build(), "GGUF version 1");
        Add("version 4", new GgufBytes(4).Build(), "GGUF version 4");
        Add("big endian", new GgufBytes(BinaryPrimitives.ReverseEndianness(3u)).Build(), "big-endian");
        Add("tensor count", new GgufBytes { TensorCount = ulong.MaxValue }.Build(), "the number of tensors says 18446744073709551615");
        Add("key count", new GgufBytes { KeyCount = 1UL << 40 }.Build(), "the number of metadata keys says 1099511627776");
        Add("key length", new GgufBytes { KeyCount = 1 }.Key("", GgufValueKind.UInt8).Build()[..24].Concat(BitConverter.GetBytes(1UL << 62)).Concat(new byte[64]).ToArray(), "metadata key 0 would be 4611686018427387904 bytes long");
        Add("long key", new GgufBytes().Key(new string('k', 65_536), GgufValueKind.UInt8, (byte)1).Build(), "at most 65535");
        Add("key twice", new GgufBytes().Key("a", GgufValueKind.UInt8, (byte)1).Key("a", GgufValueKind.UInt8, (byte)1).Build(), "metadata 'a' is there twice");
        Add("value type", new GgufBytes().Key("a", (GgufValueKind)13, 0UL).Build(), "has value type 13");
        Add("bool", new GgufBytes().Key("a", GgufValueKind.Bool, (byte)2).Build(), "neither 0 nor 1");
        Add("bools", new GgufBytes().Key("a", GgufValueKind.Array, GgufValueKind.Bool, 2UL, (byte)1, (byte)7).Build(), "neither 0 nor 1");
        Add("array count", new GgufBytes().Key("a", GgufValueKind.Array, GgufValueKind.UInt8, ulong.MaxValue).Build(), "says 18446744073709551615");
        Add("string array count", new GgufBytes().Key("a", GgufValueKind.Array, GgufValueKind.String, 1000UL, "x").Build(), "says 1000");
        Add("array depth", new GgufBytes().Key("a", GgufValueKind.Array, [.. Enumerable.Repeat<object[]>([GgufValueKind.Array, 1UL], 20).SelectMany(part => part), GgufValueKind.UInt8, 0UL]).Build(), "more than 8 deep");
        Add("text", new GgufBytes().Key("a", GgufValueKind.String, 1UL, (byte)0xFF).Build(), "not valid UTF-8");
        Add("alignment zero", new GgufBytes().Key("general.alignment", GgufValueKind.UInt32, 0u).Build(), "a power of two as UInt32 was expected");
        Add("alignment odd", new GgufBytes().Key("general.alignment", GgufValueKind.UInt32, 24u).Build(), "a power of two as UInt32 was expected");
        Add("alignment kind", new GgufBytes().Key("general.alignment", GgufValueKind.UInt64, 32UL).Build(), "a power of two as UInt32 was expected");
        Add("tensor twice", new GgufBytes().Tensor("w", 0, [4], new byte[16]).Tensor("w", 0, [4], new byte[16]).Build(), "tensor 'w' is there twice");
        Add("dimensions", Tensor(0, 1, 1, 1, 1, 1).Build(), "has 5 dimensions");
        Add("dimension", Tensor(0, 1UL << 63).Build(), "has a dimension of 9223372036854775808");
        Add("product", Tensor(0, 1UL << 40, 1UL << 40).Build(), "more than a file can hold");
        Add("product hidden by zero", Tensor(0, 0, 1UL << 40, 1UL << 40).Build(), "more than a file can hold");
        Add("bytes overflow", Tensor(0, 1UL << 62).Build(), "more than a file can hold");
        Add("unknown type", Tensor(77, 4).Build(), "unknown element type 77");
        Add("removed type", Tensor(31, 32).Build(), "stored as Q4_0_4_4, which is not read");
        Add("row of half a block", Tensor(8, 33).Build(), "Q8_0 needs a multiple of 32");
        Add("offset alignment", new GgufBytes().Tensor("w", 0, [4], new byte[64], 8).Build(), "not a multiple of the alignment 32");
        Add("offset beyond 2^63", new GgufBytes().Tensor("w", 0, [4], new byte[64], 1UL << 63).Build(), "it is truncated");
        Add("offset at the top", new GgufBytes().Tensor("w", 0, [4], new byte[64], ulong.MaxValue - 31).Build(), "it is truncated");
        Add("beyond the end", new GgufBytes().Tensor("w", 0, [17], new byte[64]).Build(), "takes 68 bytes from data byte 0, the file has 64");
        Add("overlap", new GgufBytes().Tensor("a", 0, [16], new byte[64]).Tensor("b", 0, [8], new byte[32], 32).Build(), "tensors 'a' and 'b' overlap");
        Add("same place", new GgufBytes().Tensor("a", 0, [16], new byte[64]).Tensor("b", 0, [16], new byte[64], 0).Build(), "overlap");
        return data;
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void IsRefusedInOneClearLine(string rule, byte[] file, string message)
    {
        var refusal = Assert.Throws<FathomException>(() => GgufFile.Parse(file, "bad.gguf"));
        Assert.True(refusal.Message.StartsWith("bad.gguf: ", StringComparison.Ordinal), rule);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var whole = GgufMetadataTests.EveryKind();
        for (var length = 0; length < whole.Length; length++) Assert.Throws<FathomException>(() => GgufFile.Parse(whole.AsSpan(0, length)));
    }

    [Fact]
    public void OtherAlignmentsAndMetadataAloneAreRead()
    {
        using var wide = GgufFile.Parse(new GgufBytes(alignment: 256).Key("general.alignment", GgufValueKind.UInt32, 256u).Tensor("a", 24, [3], [1, 2, 3]).Tensor("b", 24, [2], [4, 5]).Build());
        Assert.Equal(256, wide.Alignment);
        unsafe
        {
            Assert.Equal(5, wide.GetTensor("b").Data[1]);
        }

        using var vocabulary = GgufFile.Parse(new GgufBytes(alignment: 1).Key("a", GgufValueKind.UInt8, (byte)1).Build());
        Assert.Empty(vocabulary.Names);
    }

    [Fact]
    public void ShapesAreRowMajorAndScalarsHaveNone()
    {
        using var file = GgufFile.Parse(new GgufBytes().Tensor("w", 0, [2, 3, 4], new byte[96]).Tensor("s", 0, [], new byte[4]).Tensor("none", 0, [0, 5], []).Build());
        Assert.Equal([4L, 3, 2], file.GetTensor("w").Shape.ToArray());
        Assert.Equal(1, file.GetTensor("s").ElementCount);
        Assert.Equal(0, file.GetTensor("none").ByteLength);
    }

    [Fact]
    public void AMissingTensorIsNamedWithSomeThatAreThere()
    {
        using var file = GgufFile.Parse(GgufMetadataTests.EveryKind(), "m.gguf");
        Assert.False(file.TryGetTensor("v", out _));
        Assert.Equal("m.gguf: has no tensor 'v'; its 2 tensors are 'w', 'q'", Assert.Throws<FathomException>(() => file.GetTensor("v")).Message);
    }
}
