using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests;

/// <summary>Every rule of the format, broken once, with what the reader is told.</summary>
public class SafetensorsRulesTests
{
    private const string Good = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]},"c":{"dtype":"BF16","shape":[],"data_offsets":[19,21]},"d":{"dtype":"I64","shape":[0,7],"data_offsets":[21,21]}}""";

    [Fact]
    public unsafe void AGoodFileIsRead()
    {
        using var file = SafetensorsFile.Parse(SafetensorsBytes.Of(Good + "   ", 21));
        Assert.Equal(["a", "b", "c", "d"], file.Names);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2L, 2], file.GetTensor("a").Shape.ToArray());
        Assert.Equal(1, file.GetTensor("c").ElementCount);
        Assert.Equal(0, file.GetTensor("d").ByteLength);
        Assert.Equal(16, file.GetTensor("b").Data - file.GetTensor("a").Data);
        Assert.False(file.TryGetTensor("e", out _));
        Assert.Equal("(memory): has no tensor 'e'; its 4 tensors are 'a', 'b', 'c', 'd'", Assert.Throws<FathomException>(() => file.GetTensor("e")).Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "field 'dtype' is unknown, twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}""", 4, "field 'extra' is unknown")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "has not all of")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype 'F33' is not one of the format")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "dtype F8_E4M3 is not read yet")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "of the wrong kind")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "shape is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "shape is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "shape is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "shape is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "more bytes than a file can have")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "hold 4 bytes, F32 of shape [2] takes 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not a begin and an end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "not a begin and an end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaving a hole after the header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "begins at data byte 2, inside 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "inside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "leaving a hole after 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated: the tensors need 8 data bytes and the file has 7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes behind the last tensor belong to nothing")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "__metadata__ 'a' is not a string")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "__metadata__ has 'a' twice")]
    [InlineData("""{"__metadata__":[]}""", 0, "not an object of strings")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' twice")]
    [InlineData("""{"a":[]}""", 0, "not an object with dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not valid JSON")]
    [InlineData("""{} {}""", 0, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid Unicode")]
    [InlineData("""[]""", 0, "does not begin with '{'")]
    [InlineData(""" {}""", 0, "does not begin with '{'")]
    public void IsRefusedInOneClearLine(string header, int dataBytes, string message) => Refuses(SafetensorsBytes.Of(header, dataBytes), message);

    [Fact]
    public void LyingLengthsAreRefused()
    {
        Refuses([], "0 bytes");
        Refuses([1, 2, 3], "3 bytes");
        Refuses(SafetensorsBytes.Of("{}", 0, ulong.MaxValue), "18446744073709551615 bytes long, the format allows 100000000");
        Refuses(SafetensorsBytes.Of("{}", 0, 100_000_001), "the format allows");
        Refuses(SafetensorsBytes.Of("{}", 0, 100_000_000), "truncated");
        Refuses(SafetensorsBytes.Of("{}", 0, 1), "does not begin");
        Refuses(SafetensorsBytes.Of([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []), "header");
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var whole = SafetensorsBytes.Of(Good, 21);
        for (var length = 0; length < whole.Length; length++) Assert.Throws<FathomException>(() => SafetensorsFile.Parse(whole.AsSpan(0, length)));
    }

    [Fact]
    public void NamesCannotForgeMessages()
    {
        var refusal = Assert.Throws<FathomException>(() => SafetensorsFile.Parse(SafetensorsBytes.Of("{\"x\\n\\u001b[31m" + new string('y', 5000) + "\":{}}", 0)));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain('\u001b', refusal.Message);
        Assert.True(refusal.Message.Length < 300);
    }

    [Fact]
    public void DamagedFilesAreReadOrRefused() => MutationRun.Of("safetensors", [SafetensorsBytes.Of(Good, 21), SafetensorsBytes.Of("{}", 0)], Use);

    private static unsafe void Use(byte[] content)
    {
        using var file = SafetensorsFile.Parse(content, "mutated.safetensors");
        foreach (var name in file.Names)
        {
            var tensor = file.GetTensor(name);
            Assert.True(tensor.ElementCount >= 0);
            if (tensor.ByteLength > 0) Assert.InRange(tensor.Data[0] + tensor.Data[tensor.ByteLength - 1], 0, 510);
        }
    }

    private static void Refuses(byte[] file, string message)
    {
        var refusal = Assert.Throws<FathomException>(() => SafetensorsFile.Parse(file, "bad.safetensors"));
        Assert.StartsWith("bad.safetensors: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }
}
