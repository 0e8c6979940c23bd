using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

public class SyntheticTests
{
    public static TheoryData<string> Names()
    {
        var data = new TheoryData<string>();
        if (GoldenFiles.Find("synthetic/index.json") is null)
            return ["(absent)"];
        using var index = JsonDocument.Parse(GoldenFiles.Read("synthetic/index.json"));
        foreach (var entry in index.RootElement.EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            if (!name.StartsWith("in-file", StringComparison.Ordinal))
                data.Add(name);
        }

        return data;
    }

    [Theory]
    [InlineData("llama3-regex-ignore-merges")]
    [InlineData("qwen2-regex-nfc")]
    [InlineData("gpt4o-regex")]
    [InlineData("added-bytelevel")]
    public void CommittedOnesEqualTheReference(string name) => EqualsTheReference(name);

    [SharedTheory("golden/tokenizers/synthetic")]
    [MemberData(nameof(Names))]
    public void EqualsTheReference(string name)
    {
        var tokenizer = Tokenizer.FromJson(GoldenFiles.Read($"synthetic/{name}/tokenizer.json"), name);
        Differences.None(JsonGolden.Compare(tokenizer, GoldenFiles.Rows($"synthetic/{name}/golden.jsonl")));
    }
}
