using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class TokenizeTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ATextGivesIdsPiecesAndOffsets()
    {
        var json = FathomProcess.Run("tokenize", bench.Model, "How many", "--json").Succeeded().Json;
        Assert.Equal(["How", "Ġmany"], json["pieces"]!.AsArray().Select(piece => (string)piece!));
        Assert.Equal("[[0,3],[3,8]]", json["offsets"]!.ToJsonString());
        Assert.Equal([.. Ids("How", "Ġmany")], json["ids"]!.AsArray().Select(id => (int)id!));
    }

    [Fact]
    public void AFileGivesOneObjectALine()
    {
        var result = FathomProcess.Run("tokenize", Path.Combine(bench.Model, "tokenizer.json"), "--data", bench.Near, "--no-special-tokens", "--limit", "5", "--json").Succeeded();
        var lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line =>
        {
            var ids = JsonNode.Parse(line)!["ids"]!.AsArray();
            Assert.Equal(Ids("How", "Ġmany")[0], (int)ids[0]!);
        });
    }

    [Fact]
    public void AConversationIsRenderedThroughTheTemplate()
    {
        var messages = _folder.Write("messages.json", """[{"role":"user","content":"How many?"}]""");
        var rendered = FathomProcess.Run("tokenize", bench.ChatModel, "--messages", messages, "--render").Succeeded();
        Assert.Equal("<|start|>user\nHow many?<|end|>\n<|start|>assistant\n", rendered.Out);
        var without = FathomProcess.Run("tokenize", bench.ChatModel, "--messages", messages, "--render", "--no-generation-prompt").Succeeded();
        Assert.Equal("<|start|>user\nHow many?<|end|>\n", without.Out);
        var ids = FathomProcess.Run("tokenize", bench.ChatModel, "--messages", messages, "--json").Succeeded().Json["ids"]!.AsArray();
        Assert.Equal(TinyTokenizer.Vocabulary().Count, (int)ids[0]!);
    }

    [Fact]
    public void AConversationWithoutATemplateIsAnError()
    {
        var messages = _folder.Write("messages.json", """[{"role":"user","content":"How many?"}]""");
        FathomProcess.Run("tokenize", bench.Model, "--messages", messages).FailedWith(1, "chat template");
    }

    [Fact]
    public void ATemplateErrorNamesItsLine()
    {
        var messages = _folder.Write("messages.json", """[{"role":"user","content":"x"}]""");
        var template = _folder.Write("broken.jinja", "line one\n{% frobnicate %}");
        FathomProcess.Run("tokenize", bench.Model, "--messages", messages, "--chat-template", template).FailedWith(1, "line 2", "frobnicate");
    }

    [Fact]
    public void TextAndFileTogetherAreWrongUsage() =>
        FathomProcess.Run("tokenize", bench.Model, "text", "--data", bench.Near).FailedWith(2);

    [Fact]
    public void NothingToTokenizeIsWrongUsage() => FathomProcess.Run("tokenize", bench.Model).FailedWith(2);

    [Fact]
    public void AMistypedOptionIsNotTakenForText() => FathomProcess.Run("tokenize", bench.Model, "--jason").FailedWith(2, "--jason");

    [Fact]
    public void TextAfterTheDoubleDashMayStartWithADash() =>
        Assert.Equal(Ids("-", "3")[0], (int)FathomProcess.Run("tokenize", bench.Model, "--json", "--", "-3").Succeeded().Json["ids"]!.AsArray()[0]!);

    public void Dispose() => _folder.Dispose();

    private static int[] Ids(params string[] tokens)
    {
        var vocabulary = TinyTokenizer.Vocabulary();
        return [.. tokens.Select(token => vocabulary[token])];
    }
}
