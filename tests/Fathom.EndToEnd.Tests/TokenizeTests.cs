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
    public void BlankLinesOfATextFileAreEmptySamples()
    {
        var file = _folder.Write("text.txt", "How many\n\n \r\nHow");
        var result = FathomProcess.Run("tokenize", bench.Model, "--data", file, "--no-special-tokens", "--json").Succeeded();
        var lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal($"{{\"ids\":[{string.Join(',', Ids("How", "Ġmany"))}]}}", lines[0]);
        Assert.Equal("{\"ids\":[]}", lines[1]);
        Assert.Equal($"{{\"ids\":[{Ids("How")[0]}]}}", lines[3]);
        Assert.Equal(2, FathomProcess.Run("tokenize", bench.Model, "--data", file, "--limit", "2", "--json").Succeeded().Out.TrimEnd('\n').Split('\n').Length);
        FathomProcess.Run("tokenize", bench.Model, "--data", _folder.Write("none.txt", "")).FailedWith(1, "none.txt");
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
    public void ATemplateAloneNeedsNoTokenizer()
    {
        var messages = _folder.Write("messages.json", """[{"role":"user","content":"How many?"},{"role":"assistant","content":"Two"}]""");
        var template = _folder.Write("t.jinja", "{{ bos_token }}{% for m in messages %}{{ m.role[0] }}:{{ m.content }};{% endfor %}{{ strftime_now('%Y') }}{% if add_generation_prompt %}a:{% endif %}");
        var variables = _folder.Write("v.json", """{"bos_token":"<s>"}""");
        string[] call = ["tokenize", "--render", "--chat-template", template, "--messages", messages, "--template-variables", variables, "--clock", "2026-01-02T00:00:00"];

        // Read line by line here, so each ends with a line break; what the tool prints is compared to the byte over all goldens by eng/compare_templates.py.
        Assert.Equal("<s>u:How many?;a:Two;2026a:", FathomProcess.Run(call).Succeeded().Out.TrimEnd('\n'));
        Assert.Equal("<s>u:How many?;a:Two;2026", FathomProcess.Run([.. call, "--no-generation-prompt"]).Succeeded().Out.TrimEnd('\n'));
        _folder.Write("v.json", """{"bos_token":"<s>","continue_final_message":true}""");
        FathomProcess.Run(call).FailedWith(1, "continue_final_message");
        FathomProcess.Run("tokenize", "--render", "--messages", messages).FailedWith(2, "TOKENIZER");
        FathomProcess.Run("tokenize", "--chat-template", template, "--messages", messages).FailedWith(2, "TOKENIZER");
        _folder.Write("t.jinja", "line\n{{ messages | nothing }}");
        FathomProcess.Run(call).FailedWith(1, "line 2");
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
