namespace Fathom.Formats.Tests;

/// <summary>What the published advisories on GGUF readers (Talos 2024-1912 to 1916 and later ones on llama.cpp) feed them.</summary>
public sealed class GgufAdvisoryTests
{
    // CVE-2024-21825: an array whose count times its element size wraps around.
    [Theory]
    [InlineData(GgufValueKind.String, 0x2000000000000001)]
    [InlineData(GgufValueKind.UInt64, 0x2000000000000001)]
    [InlineData(GgufValueKind.Array, 0x1555555555555556)]
    [InlineData(GgufValueKind.UInt8, ulong.MaxValue)]
    public void ArraysCannotWrapAround(GgufValueKind kind, ulong count) =>
        Refused("which the", new GgufBytes().Key("x", GgufValueKind.Array, kind, count, new byte[64]).Build());

    // CVE-2024-23496: a string whose length plus one wraps around to a small allocation.
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 7)]
    [InlineData(1UL << 63)]
    public void StringsCannotWrapAround(ulong length) => Refused("bytes long", new GgufBytes().Key("x", GgufValueKind.String, length, new byte[64]).Build());

    // CVE-2024-21802: more dimensions than there is room for.
    [Fact]
    public void DimensionsAreCounted() => Refused("5 dimensions", new GgufBytes().Tensor("x", 0, [1, 1, 1, 1, 1], new byte[4]).Build());

    // CVE-2024-21836 and CVE-2024-23605: numbers of tensors and of keys whose product with their size wraps around.
    [Theory]
    [InlineData(0x0AAAAAAAAAAAAAABUL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 61)]
    public void CountsAreComparedWithTheFile(ulong count)
    {
        Refused("the number of tensors", new GgufBytes { TensorCount = count }.Build());
        Refused("the number of metadata keys", new GgufBytes { KeyCount = count }.Build());
    }

    // CVE-2025-53630: sizes that each fit and together wrap around.
    [Fact]
    public void SizesAreNotSummedBlindly()
    {
        var file = new GgufBytes();
        for (var i = 0; i < 5; i++) file.Tensor($"x{i}", 0, [1UL << 60], [], offset: (ulong)(i * 32));
        Refused("it is truncated", file.Build());
    }

    // An alignment of zero divided by, and one that no file has.
    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(0x80000000u)]
    public void AlignmentsAreChecked(uint alignment)
    {
        var content = new GgufBytes().Key("general.alignment", GgufValueKind.UInt32, alignment).Tensor("x", 0, [1], new byte[4], offset: 4).Build();
        Assert.Throws<FathomException>(() => GgufFile.Parse(content, "x.gguf"));
    }

    // Element types without a size, or beyond the list: a division by a block size of zero elsewhere.
    [Theory]
    [InlineData(4u)]
    [InlineData(43u)]
    [InlineData(uint.MaxValue)]
    public void ElementTypesAreKnownOrRefused(uint type) => Refused("element type", new GgufBytes().Tensor("x", type, [1], new byte[4]).Build(), "is stored as");

    private static void Refused(string expected, byte[] content, string? or = null)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<FathomException>(() => GgufFile.Parse(content, "hostile.gguf")).Message;
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, "allocated for a lie");
        Assert.True(message.Contains(expected, StringComparison.Ordinal) || (or is not null && message.Contains(or, StringComparison.Ordinal)), message);
    }
}
