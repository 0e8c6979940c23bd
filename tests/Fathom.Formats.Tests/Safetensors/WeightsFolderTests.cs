using System.Text;
using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests;

public class WeightsFolderTests
{
    private const string Index = """{"metadata":{"total_size":12},"weight_map":{"b":"model-00002-of-00002.safetensors","a":"model-00001-of-00002.safetensors"}}""";

    [Fact]
    public void ASingleFileIsTheModel()
    {
        using var folder = new TempFolder();
        SafetensorsWriter.Save(folder[WeightsFolder.SingleFile], new TensorBundle().Add("a", new[] { 1f }));
        using var weights = WeightsFolder.Open(folder);
        Assert.Equal(["a"], weights.Names);
        Assert.Equal(1, weights.GetTensor("a").ElementCount);
        Assert.Single(weights.Files);
    }

    [Fact]
    public unsafe void ShardsAreOneModel()
    {
        using var folder = Sharded(Index);
        using var weights = WeightsFolder.Open(folder);
        Assert.Equal(["b", "a"], weights.Names);
        Assert.Equal(2f, *(float*)weights.GetTensor("b").Data);
        Assert.False(weights.TryGetTensor("extra", out _));
        Assert.Equal(2, weights.Files.Count);
        Assert.Contains("has no tensor 'c'", Assert.Throws<FathomException>(() => weights.GetTensor("c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingShardIsNamed()
    {
        using var folder = Sharded(Index);
        File.Delete(folder["model-00002-of-00002.safetensors"]);
        Refuses(folder, "model-00002-of-00002.safetensors: is missing");
    }

    [Fact]
    public void ATensorThatIsNotInItsShardIsNamed()
    {
        using var folder = Sharded(Index.Replace("\"b\":", "\"c\":", StringComparison.Ordinal));
        Refuses(folder, "says tensor 'c' is in model-00002-of-00002.safetensors, where it is not");
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../secret.safetensors"}}""", "a plain file name")]
    [InlineData("""{"weight_map":{"a":"C:\\x.safetensors"}}""", "a plain file name")]
    [InlineData("""{"weight_map":{"a":"pickle.bin"}}""", "a plain file name")]
    [InlineData("""{"weight_map":{"a":1}}""", "something other than a file name")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}""", "maps tensor 'a' twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "\"weight_map\" twice")]
    [InlineData("""{"weight_map":[]}""", "is not an object")]
    [InlineData("""{"metadata":{}}""", "has no \"weight_map\"")]
    [InlineData("""[]""", "is not a JSON object")]
    [InlineData("""{"weight_map":{"a":"x.safetensors"}""", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void ABrokenIndexIsRefused(string index, string message)
    {
        using var folder = Sharded(index);
        Refuses(folder, message);
    }

    [Fact]
    public void FoldersWithoutAModelSayWhatTheyHold()
    {
        using var folder = new TempFolder();
        Refuses(folder, "has neither model.safetensors nor model.safetensors.index.json nor pytorch_model.bin; its files are none");
        folder.Write("m.gguf", "x");
        Refuses(folder, "has a .gguf file");
        Refuses(folder["absent"], "no such folder");
        Refuses(folder["m.gguf"], "is a file, a folder was expected");
    }

    [Fact]
    public void DamagedIndexesAreReadOrRefused() =>
        MutationRun.Of("index", [Encoding.UTF8.GetBytes(Index)], content => Assert.NotNull(SafetensorsIndex.Parse(content, "mutated.json")));

    private static TempFolder Sharded(string index)
    {
        var folder = new TempFolder();
        SafetensorsWriter.Save(folder["model-00001-of-00002.safetensors"], new TensorBundle().Add("a", new[] { 1f }).Add("extra", new[] { 3f }));
        SafetensorsWriter.Save(folder["model-00002-of-00002.safetensors"], new TensorBundle().Add("b", new[] { 2f }));
        folder.Write(WeightsFolder.IndexFile, index);
        return folder;
    }

    private static void Refuses(string folder, string message) =>
        Assert.Contains(message, Assert.Throws<FathomException>(() => WeightsFolder.Open(folder)).Message, StringComparison.Ordinal);
}
