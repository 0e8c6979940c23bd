using System.Text.Json.Nodes;
using Fathom.Tensors;

namespace Fathom.Formats.Tests.PyTorch;

/// <summary>Checkpoints that PyTorch itself wrote, see tests/golden/pytorch/make_pytorch.py.</summary>
public sealed class PyTorchFileTests
{
    [Theory]
    [InlineData("zip.bin")]
    [InlineData("legacy.bin")]
    [InlineData("training.pt")]
    public void EveryTensorHasItsTypeShapeAndValues(string name)
    {
        using var file = PyTorchFile.Open(Golden(name));
        var expected = JsonNode.Parse(File.ReadAllText(Golden("values.json")))!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key), file.Names);
        foreach (var (tensorName, value) in expected)
        {
            var tensor = file.GetTensor(tensorName);
            Assert.Equal(value!["shape"]!.AsArray().Select(size => (long)size!), tensor.Shape.ToArray());
            Assert.Equal(value["values"]!.AsArray().Select(number => (double)number!), Values(tensor));
        }

        Assert.Equal([DType.F32, DType.F16, DType.BF16, DType.F64, DType.I64, DType.I32, DType.I16, DType.I8, DType.U8, DType.Bool], new[] { "plain", "f16", "bf16", "f64", "i64", "i32", "i16", "i8", "u8", "bool" }.Select(type => file.GetTensor(type).Type));
        Assert.Same(file.GetTensor("transposed"), file.GetTensor("transposed"));
        Assert.Contains("has no tensor 'nothing'", Assert.Throws<FathomException>(() => file.GetTensor("nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModulesStateIsRead()
    {
        using var file = PyTorchFile.Open(Golden("linear.bin"));
        Assert.Equal(["weight", "bias"], file.Names);
        Assert.Equal([3, 2], file.GetTensor("weight").Shape.ToArray());
    }

    [Theory]
    [InlineData("evil.bin", "posix.system")]
    [InlineData("module.pt", "torch.nn.modules.linear.Linear")]
    [InlineData("script.pt", "TorchScript")]
    [InlineData("tensor.pt", "no dictionary of tensors")]
    [InlineData("expanded.bin", "repeats the 1 elements of its storage to 1000000")]
    [InlineData("plain.pkl", "is no PyTorch checkpoint")]
    public void OtherFilesAreRefusedByName(string name, string expected)
    {
        var message = Assert.Throws<FathomException>(() => PyTorchFile.Open(Golden(name))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/fathom-was-here"));
    }

    [Fact]
    public void AFolderUsesThemWhereThereIsNothingBetter()
    {
        using var folder = new TempFolder();
        folder.Write("pytorch_model-00001-of-00002.bin", File.ReadAllBytes(Golden("linear.bin")));
        folder.Write("pytorch_model-00002-of-00002.bin", File.ReadAllBytes(Golden("zip.bin")));
        folder.Write(WeightsFolder.PyTorchIndexFile, """{"weight_map":{"weight":"pytorch_model-00001-of-00002.bin","bf16":"pytorch_model-00002-of-00002.bin"}}""");
        using (var weights = WeightsFolder.Open(folder))
        {
            Assert.Equal(["weight", "bf16"], weights.Names);
            Assert.Equal(DType.BF16, weights.GetTensor("bf16").Type);
        }

        folder.Write(WeightsFolder.PyTorchSingleFile, File.ReadAllBytes(Golden("zip.bin")));
        using (var weights = WeightsFolder.Open(folder)) Assert.Contains("plain", weights.Names);
        SafetensorsWriter.Save(folder[WeightsFolder.SingleFile], new TensorBundle().Add("a", new[] { 1f }));
        using (var weights = WeightsFolder.Open(folder)) Assert.Equal(["a"], weights.Names);
    }

    [Fact]
    public void AnIndexOfPicklesNamesPicklesOnly()
    {
        using var folder = new TempFolder();
        folder.Write(WeightsFolder.PyTorchIndexFile, """{"weight_map":{"weight":"../x.bin"}}""");
        Assert.Contains("a plain file name", Assert.Throws<FathomException>(() => WeightsFolder.Open(folder)).Message, StringComparison.Ordinal);
        folder.Write(WeightsFolder.PyTorchIndexFile, """{"weight_map":{"weight":"x.bin"}}""");
        Assert.Contains("pytorch_model.bin.index.json names it", Assert.Throws<FathomException>(() => WeightsFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    internal static string Golden(string name) => SharedFolder.Golden("pytorch/" + name);

    internal static unsafe double[] Values(StoredTensor tensor)
    {
        var values = new double[tensor.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            var at = tensor.Data + i * DTypeInfo.Of(tensor.Type).BytesPerBlock;
            values[i] = tensor.Type switch
            {
                DType.F32 => *(float*)at,
                DType.F16 => (double)*(Half*)at,
                DType.BF16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)at << 16),
                DType.F64 => *(double*)at,
                DType.I64 => *(long*)at,
                DType.I32 => *(int*)at,
                DType.I16 => *(short*)at,
                DType.I8 => *(sbyte*)at,
                _ => *at,
            };
        }

        return values;
    }
}
