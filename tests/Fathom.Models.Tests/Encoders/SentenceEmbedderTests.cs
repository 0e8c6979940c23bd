using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;
using Fathom.Models.Verification;

namespace Fathom.Models.Tests.Encoders;

public sealed class SentenceEmbedderTests
{
    private const string MiniLm = "models/all-minilm-l6-v2";
    private const string Reference = "golden/minilm";

    [SharedFact(MiniLm, Reference)]
    public void MiniLm_gives_the_references_embeddings_and_states()
    {
        using var encoder = TextEncoder.Load(SharedFolder.Path(MiniLm), new LoadOptions { Threads = 2 });
        var report = new EncoderVerifier(encoder).Verify(SharedFolder.Path($"{Reference}/minilm.safetensors"));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed && tensor.MaxRel < 3e-6, $"{tensor.Name}: {tensor.MaxRel:g3}"));
        Assert.Equal(10 + 10 + 2 + 1, report.Tensors.Count);
        Assert.Empty(report.NotCompared);
    }

    [SharedFact(MiniLm, Reference)]
    public unsafe void A_texts_vector_does_not_depend_on_its_neighbours()
    {
        using var embedder = SentenceEmbedder.Load(SharedFolder.Path(MiniLm), new SentenceOptions { Load = new LoadOptions { Threads = 2 } });
        var texts = JsonNode.Parse(File.ReadAllText(SharedFolder.Path($"{Reference}/minilm.json")))!.AsArray().Select(one => (string)one!["text"]!).ToList();
        var together = embedder.Embed(texts);
        var alone = texts.Select(text => embedder.Embed([text])[0]).ToList();
        for (var i = 0; i < texts.Count; i++) Assert.Equal(alone[i].Vector, together[i].Vector);
        using var golden = SafetensorsFile.Open(SharedFolder.Path($"{Reference}/minilm.safetensors"));
        var expected = new ReadOnlySpan<float>(golden.GetTensor("4.embedding").Data, 384).ToArray();
        Assert.Equal(0, expected.Zip(together[4].Vector, (a, b) => Math.Abs(a - b)).Max(), 1e-6);
        Assert.False(together[9].Truncated);
        Assert.Equal(202, together[9].Tokens);
        Assert.Contains("1_Pooling", Assert.Single(embedder.Notes), StringComparison.Ordinal);
    }

    [SharedFact(MiniLm)]
    public void A_longer_text_is_cut_and_said_to_be()
    {
        using var embedder = SentenceEmbedder.Load(SharedFolder.Path(MiniLm), new SentenceOptions { MaxTokens = 5, Normalize = false, Pooling = SentencePooling.First, Load = new LoadOptions { Threads = 1 } });
        var cut = Assert.Single(embedder.Embed(["one two three four five six"]));
        Assert.True(cut.Truncated);
        Assert.Equal(5, cut.Tokens);
        Assert.Equal(cut.Vector, Assert.Single(embedder.Embed(["one two three"])).Vector);
        Assert.NotEqual(1.0, Math.Sqrt(cut.Vector.Sum(value => (double)value * value)), 0.01);
    }

    [Theory]
    [InlineData(SentencePooling.Mean, new[] { 3f, -1f })]
    [InlineData(SentencePooling.First, new[] { 1f, 0f })]
    [InlineData(SentencePooling.Last, new[] { 6f, -5f })]
    [InlineData(SentencePooling.Max, new[] { 6f, 2f })]
    [InlineData(SentencePooling.MeanSqrt, new[] { 5.196152f, -1.7320508f })]
    [InlineData(SentencePooling.WeightedMean, new[] { 23f / 6, -11f / 6 })]
    public void Poolings_are_those_of_the_library(SentencePooling pooling, float[] expected)
    {
        var vector = new float[2];
        SentencePooler.Pool(pooling, [1f, 0f, 2f, 2f, 6f, -5f], 2, vector);
        Assert.Equal(expected[0], vector[0], 1e-6f);
        Assert.Equal(expected[1], vector[1], 1e-6f);
    }

    [Fact]
    public void Modules_are_honoured_in_order_and_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        void Modules(string rest) => File.WriteAllText(Path.Combine(folder.Root, "modules.json"), "[{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"}" + rest + "]");
        Directory.CreateDirectory(Path.Combine(folder.Root, "1_Pooling"));
        File.WriteAllText(Path.Combine(folder.Root, "1_Pooling", "config.json"), "{\"pooling_mode_cls_token\":true,\"pooling_mode_max_tokens\":true}");
        Modules(",{\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"},{\"path\":\"\",\"type\":\"sentence_transformers.models.Normalize\"}");
        var read = SentenceModules.Read(folder.Root);
        Assert.Equal([SentencePooling.First, SentencePooling.Max], read.Poolings);
        Assert.True(read.Normalize);
        Assert.Empty(read.Notes);

        Modules(",{\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.WordWeights\"}");
        Assert.Contains("WordWeights", Assert.Throws<FathomException>(() => SentenceModules.Read(folder.Root)).Message, StringComparison.Ordinal);
        Modules(",{\"path\":\"../elsewhere\",\"type\":\"sentence_transformers.models.Pooling\"}");
        Assert.Contains("out of the folder", Assert.Throws<FathomException>(() => SentenceModules.Read(folder.Root)).Message, StringComparison.Ordinal);
        Modules(",{\"path\":null,\"type\":\"sentence_transformers.models.Pooling\"}");
        Assert.Contains("not a list of modules", Assert.Throws<FathomException>(() => SentenceModules.Read(folder.Root)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Root, "modules.json"), "{\"a\":1}");
        Assert.Contains("not a list of modules", Assert.Throws<FathomException>(() => SentenceModules.Read(folder.Root)).Message, StringComparison.Ordinal);
    }
}
