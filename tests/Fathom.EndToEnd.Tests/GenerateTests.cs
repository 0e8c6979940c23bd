using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class GenerateTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void GreedyTextComesWithLogProbabilities()
    {
        var json = FathomProcess.Run("generate", bench.Model, "--prompt", "How many", "--template", "{text}", "--max-new-tokens", "6", "--json").Succeeded().Json;
        Assert.Equal("generate", (string)json["command"]!);
        var output = Assert.Single(json["outputs"]!.AsArray())!;
        var tokens = output["tokens"]!.AsArray();
        Assert.InRange(tokens.Count, 1, 6);
        Assert.Equal(tokens.Count, output["log_probabilities"]!.AsArray().Count);
        Assert.All(output["log_probabilities"]!.AsArray(), value => Assert.True((double)value! <= 0));
        Assert.Equal(2, (int)output["prompt_tokens"]!);
        Assert.Contains((string)output["finish_reason"]!, new[] { "stop", "length" });
    }

    [SharedFact("golden/hf/flan-t5")]
    public void AnEncoderWithADecoderWritesToo()
    {
        foreach (var name in new[] { "config.json", "model.safetensors" })
            _folder.Write(Path.Combine("flan", name), File.ReadAllBytes(SharedFolder.Path($"golden/hf/flan-t5/{name}")));
        var words = string.Join(',', Enumerable.Range(2, 126).Select(i => $"\"w{i}\":{i}"));
        _folder.Write("flan/tokenizer.json", $$$$$"""
            {"added_tokens":[{"id":1,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":null,"pre_tokenizer":{"type":"WhitespaceSplit"},
            "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]}}},
            "decoder":null,"model":{"type":"WordLevel","vocab":{"<pad>":0,"</s>":1,{{{{{words}}}}}},"unk_token":"<pad>"}}
            """);
        var prompts = _folder.Write("p.txt", "w5 w9\nw8 w4 w7\n");
        var outputs = FathomProcess.Run("generate", _folder["flan"], "--prompts", prompts, "--max-new-tokens", "5", "--out", _folder["run"], "--json").Succeeded().Json["outputs"]!.AsArray();
        Assert.Equal([3, 4], outputs.Select(output => (int)output!["prompt_tokens"]!));
        var alone = FathomProcess.Run("generate", _folder["flan"], "--prompt", "w8 w4 w7", "--max-new-tokens", "5", "--json").Succeeded().Json["outputs"]![0]!;
        Assert.Equal(alone["log_probabilities"]!.ToJsonString(), outputs[1]!["log_probabilities"]!.ToJsonString());
        Assert.Matches("^(w[0-9]+ ?)+$", (string)alone["output"]!);
    }

    [Fact]
    public void TheSameSeedDrawsTheSameText()
    {
        string[] command = ["generate", bench.Model, "--prompt", "How many", "--template", "{text}", "--max-new-tokens", "12", "--temperature", "1.2", "--json", "--seed"];
        var first = FathomProcess.Run([.. command, "7"]).Succeeded().Json["outputs"]!.ToJsonString();
        Assert.Equal(first, FathomProcess.Run([.. command, "7"]).Succeeded().Json["outputs"]!.ToJsonString());
        Assert.NotEqual(first, FathomProcess.Run([.. command, "8"]).Succeeded().Json["outputs"]!.ToJsonString());
    }

    [Fact]
    public void AFileOfPromptsGivesOneOutputEach()
    {
        var json = FathomProcess.Run("generate", bench.Model, "--prompts", bench.Near, "--limit", "5", "--max-new-tokens", "3", "--json").Succeeded().Json;
        Assert.Equal(5, json["outputs"]!.AsArray().Count);
    }

    [Fact]
    public void OutFolderHoldsTheSamples()
    {
        FathomProcess.Run("generate", bench.Model, "--prompts", bench.Near, "--limit", "4", "--max-new-tokens", "3", "--out", _folder["run"]).Succeeded();
        Assert.Equal(4, Bench.Lines(_folder["run/samples.jsonl"]).Count);
        Assert.True(File.Exists(_folder["run/run.json"]));
    }

    [Fact]
    public void AStopStringEndsTheText()
    {
        string[] command = ["generate", bench.Model, "--prompt", "How many", "--template", "{text}", "--max-new-tokens", "24", "--json"];
        var whole = (string)FathomProcess.Run(command).Succeeded().Json["outputs"]![0]!["output"]!;
        var stop = whole.Substring(whole.Length / 2, 1);
        var output = FathomProcess.Run([.. command, "--stop", stop]).Succeeded().Json["outputs"]![0]!;
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], (string)output["output"]!);
        Assert.Equal("stop", (string)output["finish_reason"]!);
    }

    [Fact]
    public void TextOutputIsTheTextAlone()
    {
        string[] command = ["generate", bench.Model, "--prompt", "How many", "--template", "{text}", "--max-new-tokens", "6"];
        var json = (string)FathomProcess.Run([.. command, "--json"]).Succeeded().Json["outputs"]![0]!["output"]!;
        Assert.Equal(json + "\n", FathomProcess.Run([.. command, "--quiet"]).Succeeded().Out.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("--temperature", "-1")]
    [InlineData("--top-p", "1.5")]
    [InlineData("--top-k", "many")]
    [InlineData("--max-new-tokens", "0")]
    public void ValuesOutOfRangeAreWrongUsage(string option, string value) =>
        FathomProcess.Run("generate", bench.Model, "--prompt", "x", option, value).FailedWith(2, option);

    [Fact]
    public void NoPromptIsWrongUsage() => FathomProcess.Run("generate", bench.Model).FailedWith(2, "--prompt");

    [Fact]
    public void AContextLongerThanTheModelsIsRefused() =>
        FathomProcess.Run("generate", bench.Model, "--prompt", new string('x', 400), "--template", "{text}").FailedWith(1, "160");

    public void Dispose() => _folder.Dispose();
}
