namespace Fathom.Formats.Tests;

public class GgufMetadataTests
{
    internal static byte[] EveryKind(uint version = 3) => new GgufBytes(version)
        .Key("u8", GgufValueKind.UInt8, (byte)200)
        .Key("i8", GgufValueKind.Int8, (sbyte)-100)
        .Key("u16", GgufValueKind.UInt16, (ushort)60_000)
        .Key("i16", GgufValueKind.Int16, (short)-30_000)
        .Key("u32", GgufValueKind.UInt32, 4_000_000_000u)
        .Key("i32", GgufValueKind.Int32, -2_000_000_000)
        .Key("f32", GgufValueKind.Float32, 1.5f)
        .Key("bool", GgufValueKind.Bool, (byte)1)
        .Key("string", GgufValueKind.String, "größer 日本 😀")
        .Key("u64", GgufValueKind.UInt64, ulong.MaxValue)
        .Key("i64", GgufValueKind.Int64, long.MinValue)
        .Key("f64", GgufValueKind.Float64, Math.PI)
        .Key("strings", GgufValueKind.Array, GgufValueKind.String, 3UL, "a", "", "ß")
        .Key("ints", GgufValueKind.Array, GgufValueKind.Int16, 2UL, (short)-1, (short)2)
        .Key("floats", GgufValueKind.Array, GgufValueKind.Float32, 2UL, 0.25f, -1f)
        .Key("doubles", GgufValueKind.Array, GgufValueKind.Float64, 1UL, 0.1)
        .Key("bools", GgufValueKind.Array, GgufValueKind.Bool, 2UL, (byte)1, (byte)0)
        .Key("empty", GgufValueKind.Array, GgufValueKind.String, 0UL)
        .Key("nested", GgufValueKind.Array, GgufValueKind.Array, 2UL, GgufValueKind.Int32, 2UL, 5, 6, GgufValueKind.String, 1UL, "in")
        .Tensor("w", 0, [2, 3], new byte[24])
        .Tensor("q", 8, [32, 2], new byte[68])
        .Build();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryKindIsRead(uint version)
    {
        using var file = GgufFile.Parse(EveryKind(version));
        var metadata = file.Metadata;
        Assert.Equal((int)version, file.Version);
        Assert.Equal(19, metadata.Values.Count);
        Assert.Equal(["u8", "i8", "u16"], metadata.Values.Keys.Take(3));
        Assert.Equal(200, metadata.Int64("u8"));
        Assert.Equal(-100, metadata.Int64("i8"));
        Assert.Equal(60_000, metadata.Int64("u16"));
        Assert.Equal(-30_000, metadata.Int64("i16"));
        Assert.Equal(4_000_000_000, metadata.Int64("u32"));
        Assert.Equal(-2_000_000_000, metadata.Int64("i32"));
        Assert.Equal(1.5, metadata.Double("f32"));
        Assert.True(metadata.Boolean("bool", false));
        Assert.Equal("größer 日本 😀", metadata.String("string"));
        Assert.Equal(ulong.MaxValue, metadata["u64"].AsUInt64());
        Assert.Equal((double)ulong.MaxValue, metadata.Double("u64"));
        Assert.Equal(long.MinValue, metadata.Int64("i64"));
        Assert.Equal(Math.PI, metadata.Double("f64"));
        Assert.Equal(["a", "", "ß"], metadata.Array("strings").ToStrings());
        Assert.Equal("ß"u8.ToArray(), metadata.Array("strings").Utf8(2).ToArray());
        Assert.Equal([-1L, 2L], metadata.Array("ints").ToInt64s());
        Assert.Equal([0.25f, -1f], metadata.Array("floats").ToSingles());
        Assert.Equal([0.25, -1.0], metadata.Array("floats").ToDoubles());
        Assert.Equal([0.1], metadata.Array("doubles").ToDoubles());
        Assert.Equal([true, false], metadata.Array("bools").ToBooleans());
        Assert.Empty(metadata.Array("empty").ToStrings());
        var nested = metadata.Array("nested").ToArrays();
        Assert.Equal([5L, 6L], nested[0].ToInt64s());
        Assert.Equal(["in"], nested[1].ToStrings());
    }

    [Fact]
    public void ValuesSayWhatTheyAre()
    {
        using var file = GgufFile.Parse(EveryKind());
        var shown = file.Metadata.Values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Assert.Equal("200", shown["u8"]);
        Assert.Equal("1.5", shown["f32"]);
        Assert.Equal("true", shown["bool"]);
        Assert.Equal("18446744073709551615", shown["u64"]);
        Assert.Equal("String[3]", shown["strings"]);
    }

    [Fact]
    public void WrongKindsAndMissingKeysNameTheKey()
    {
        using var file = GgufFile.Parse(EveryKind(), "model.gguf");
        void Refuses(Action read, string message) => Assert.Equal(message, Assert.Throws<FathomException>(read).Message);

        Refuses(() => file.Metadata.String("u8"), "model.gguf: metadata 'u8' is UInt8, text was expected");
        Refuses(() => file.Metadata.Int64("string"), "model.gguf: metadata 'string' is String, a whole number of at most 2^63-1 was expected");
        Refuses(() => file.Metadata.Int64("u64"), "model.gguf: metadata 'u64' is UInt64, a whole number of at most 2^63-1 was expected");
        Refuses(() => file.Metadata["i64"].AsUInt64(), "model.gguf: metadata 'i64' is Int64, a whole number of at least 0 was expected");
        Refuses(() => file.Metadata.Array("strings").ToInt64s(), "model.gguf: metadata 'strings' is an array of String, whole numbers were expected");
        Refuses(() => file.Metadata.Array("ints").ToStrings(), "model.gguf: metadata 'ints' is an array of Int16, strings were expected");
        Refuses(() => file.Metadata.String("absent"), "model.gguf: has no metadata 'absent', which is needed here");
        Assert.Equal(7, file.Metadata.Int64("absent", 7));
        Assert.Null(file.Metadata.String("absent", null));
        Assert.Throws<FathomException>(() => file.Metadata.Int64("string", 7));
    }

    [Fact]
    public void ABrokenVocabularyStringIsFoundWhenItIsAskedFor()
    {
        using var file = GgufFile.Parse(new GgufBytes().Key("tokens", GgufValueKind.Array, GgufValueKind.String, 2UL, "ok", 2UL, new byte[] { 0xC3, 0x28 }).Build(), "v.gguf");
        Assert.Equal([0xC3, 0x28], file.Metadata.Array("tokens").Utf8(1).ToArray());
        Assert.Equal("v.gguf: metadata 'tokens': string 1 is not valid UTF-8", Assert.Throws<FathomException>(() => file.Metadata.Array("tokens").ToStrings()).Message);
    }
}
