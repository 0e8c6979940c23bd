using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests;

public class GgufMutationTests
{
    [Fact]
    public void DamagedFilesAreReadOrRefused() =>
        MutationRun.Of("GGUF", [GgufMetadataTests.EveryKind(2), GgufMetadataTests.EveryKind(), File.ReadAllBytes(SharedFolder.Golden("formats/blocks.gguf"))], Use);

    private static unsafe void Use(byte[] content)
    {
        using var file = GgufFile.Parse(content, "mutated.gguf");
        foreach (var value in file.Metadata.Values.Values)
        {
            Assert.NotNull(value.ToString());
            if (value.Kind == GgufValueKind.Array) Use(value.AsArray());
        }

        foreach (var info in file.TensorInfos.Where(info => info.Type is not null))
        {
            var tensor = file.GetTensor(info.Name);
            Assert.True(tensor.ElementCount >= 0);
            if (tensor.ByteLength > 0) Assert.InRange(tensor.Data[0] + tensor.Data[tensor.ByteLength - 1], 0, 510);
        }
    }

    private static void Use(GgufArray array)
    {
        switch (array.ElementKind)
        {
            case GgufValueKind.String:
                array.ToStrings();
                break;
            case GgufValueKind.Array:
                foreach (var inner in array.ToArrays()) Use(inner);
                break;
            case GgufValueKind.Bool:
                array.ToBooleans();
                break;
            case GgufValueKind.Float32 or GgufValueKind.Float64:
                array.ToDoubles();
                break;
            default:
                array.ToInt64s();
                break;
        }
    }
}
