using System.Text;
using Fathom.Tensors;

namespace Fathom.Formats.Tests;

public class SafetensorsWriterTests
{
    [Fact]
    public unsafe void EveryElementTypeComesBackAsItWas()
    {
        using var folder = new TempFolder();
        var path = folder["all.safetensors"];
        var bundle = new TensorBundle()
            .Add("bool", new[] { true, false, true })
            .Add("u8", new byte[] { 1, 255 })
            .Add("i8", new sbyte[] { -1, 5 })
            .Add("u16", new ushort[] { 65_535 })
            .Add("i16", new short[] { -2 })
            .Add("f16", new[] { (Half)0.5f, Half.NaN })
            .Add("u32", new[] { uint.MaxValue })
            .Add("i32", new[] { int.MinValue })
            .Add("f32", new[] { 1f, -0f, float.Epsilon, float.NaN, 5, 6 }, 2, 3)
            .Add("u64", new[] { ulong.MaxValue })
            .Add("i64", new[] { long.MinValue, 3 })
            .Add("f64", new[] { Math.E })
            .Add("nothing", Array.Empty<float>(), 0, 4)
            .AddScalar("scalar", 2.5);
        SafetensorsWriter.Save(path, bundle, new Dictionary<string, string> { ["z"] = "last", ["format"] = "größer\n\"q\"" });

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(bundle.Count, file.Names.Count);
        Assert.Equal("größer\n\"q\"", file.Metadata["format"]);
        Assert.Equal([2L, 3], file.GetTensor("f32").Shape.ToArray());
        Assert.Empty(file.GetTensor("scalar").Shape);
        Assert.Equal([0L, 4], file.GetTensor("nothing").Shape.ToArray());
        Assert.Equal(DType.Bool, file.GetTensor("bool").Type);
        Assert.Equal([1, 0, 1], new ReadOnlySpan<byte>(file.GetTensor("bool").Data, 3).ToArray());
        Assert.Equal(float.Epsilon, ((float*)file.GetTensor("f32").Data)[2]);
        Assert.Equal(long.MinValue, *(long*)file.GetTensor("i64").Data);
        Assert.Equal(2.5, *(double*)file.GetTensor("scalar").Data);
        Assert.Equal((Half)0.5f, *(Half*)file.GetTensor("f16").Data);

        // Mapped readers need every tensor at a multiple of its element size.
        foreach (var name in file.Names)
        {
            var tensor = file.GetTensor(name);
            Assert.Equal(0, (nint)tensor.Data % DTypeInfo.Of(tensor.Type).BytesPerBlock);
        }
    }

    [Fact]
    public void TheBytesAreExactlyTheFormats()
    {
        using var folder = new TempFolder();
        SafetensorsWriter.Save(folder["a"], new TensorBundle().Add("b", new byte[] { 7 }).Add("a", new[] { 1f }), new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(folder["a"]);
        const string Header = """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        Assert.Equal(padded.Length, BitConverter.ToInt64(bytes));
        Assert.Equal(padded, Encoding.UTF8.GetString(bytes, 8, padded.Length));
        Assert.Equal([0, 0, 0x80, 0x3F, 7], bytes[(8 + padded.Length)..]);
    }

    [Fact]
    public void StreamedPiecesMakeTheSameFile()
    {
        using var folder = new TempFolder();
        var values = Enumerable.Range(0, 1000).Select(i => (float)i).ToArray();
        SafetensorsWriter.Save(folder["whole"], new TensorBundle().Add("x", values[..600]).Add("y", values[600..]));
        using (var writer = SafetensorsWriter.Create(folder["pieces"], [new("x", DType.F32, [600]), new("y", DType.F32, [400])]))
        {
            var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan());
            for (var at = 0; at < bytes.Length; at += 333) writer.Write(bytes[at..Math.Min(bytes.Length, at + 333)]);
            Assert.False(File.Exists(folder["pieces"]));
            writer.Complete();
        }

        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["pieces"]));
    }

    [Fact]
    public void AnIncompleteFileNeverAppears()
    {
        using var folder = new TempFolder();
        folder.Write("old", "old");
        using (var writer = SafetensorsWriter.Create(folder["old"], [new("x", DType.F32, [2])]))
        {
            writer.Write(new byte[5]);
            Assert.Contains("'x' is not complete: 3 bytes are missing", Assert.Throws<FathomException>(writer.Complete).Message, StringComparison.Ordinal);
            Assert.Contains("more bytes than the 8", Assert.Throws<FathomException>(() => writer.Write(new byte[4])).Message, StringComparison.Ordinal);
        }

        Assert.Equal("old", File.ReadAllText(folder["old"]));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void ImpossibleTensorsAreRefused()
    {
        using var folder = new TempFolder();
        void Refuses(string message, params SafetensorsEntry[] entries) =>
            Assert.Contains(message, Assert.Throws<FathomException>(() => SafetensorsWriter.Create(folder["f"], entries)).Message, StringComparison.Ordinal);

        Refuses("there twice or reserved", new("x", DType.U8, [1]), new("x", DType.U8, [1]));
        Refuses("there twice or reserved", new SafetensorsEntry("__metadata__", DType.U8, [1]));
        Refuses("is negative", new SafetensorsEntry("x", DType.U8, [-1]));
        Refuses("more bytes than a file can have", new SafetensorsEntry("x", DType.F64, [long.MaxValue]));
        Refuses("block-quantised", new SafetensorsEntry("x", DType.Q4_0, [32]));
        Assert.Throws<ArgumentException>(() => new TensorBundle().Add("x", new float[3], 2, 2));
        Assert.Throws<ArgumentException>(() => new TensorBundle().Add("x", new float[3]).Add("x", new float[3]));
        Assert.Throws<ArgumentException>(() => new TensorBundle().Add("x", new decimal[3]));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [SharedFact("golden/hf/llama/model.safetensors")]
    public void FilesOfTheReferenceImplementationAreRead()
    {
        foreach (var path in Directory.GetFiles(SharedFolder.Path("golden/hf"), "*.safetensors", SearchOption.AllDirectories))
        {
            using var file = SafetensorsFile.Open(path);
            Assert.NotEmpty(file.Names);
        }
    }
}
