using System.Text;
using Fathom.Tensors;

namespace Fathom.Formats.Tests;

/// <summary>The samples of docs/formats.md, line by line, so that they keep compiling and doing what they say.</summary>
public class DocumentationTests
{
    [Fact]
    public void WeightsAreReadAndWritten()
    {
        using var folder = new TempFolder();
        SafetensorsWriter.Save(folder["scores.safetensors"], new TensorBundle()
            .Add("scores", new float[6], 2, 3)
            .Add("ids", new long[] { 1, 2 }));
        using var single = SafetensorsFile.Open(folder["scores.safetensors"]);
        Assert.Equal(["ids", "scores"], single.Names);

        folder.Write("model.gguf", GgufMetadataTests.EveryKind());
        using var gguf = GgufFile.Open(folder["model.gguf"]);
        StoredTensor weight = gguf.GetTensor("w");
        long number = gguf.Metadata.Int64("u8");
        string[] vocabulary = gguf.Metadata.Array("strings").ToStrings();
        Assert.Equal((6L, 200L, 3), (weight.ElementCount, number, vocabulary.Length));
    }

    [Fact]
    public void DataSetsAreStreamed()
    {
        using var folder = new TempFolder();
        folder.Write("questions.jsonl", "{\"question\":\"a\",\"answer\":1}\n");
        var shown = new List<string>();
        foreach (var row in DataSet.Read(folder["questions.jsonl"], new DataOptions { TextField = "question", Limit = 200 }))
            shown.Add($"{row.LineNumber}: {row.Text} -> {row.Answer}");
        Assert.Equal(["1: a -> 1"], shown);
    }

    [Fact]
    public void LongRunsGoOn()
    {
        using var folder = new TempFolder();
        var restored = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            var settings = new Dictionary<string, string> { ["model"] = "sha256:…", ["seed"] = "7" };
            using var log = RecordLog.Open(folder["samples.log"], settings, record => restored.Add(Encoding.UTF8.GetString(record)));
            log.Append("result"u8);
            log.Sync();
        }

        Assert.Equal(["result"], restored);
    }
}
