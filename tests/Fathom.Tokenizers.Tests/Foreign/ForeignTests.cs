using Fathom.Formats;
using Fathom.Tokenizers.Tests.ChatTemplates;

namespace Fathom.Tokenizers.Tests.Foreign;

/// <summary>The goldens of what may not be kept here.</summary>
public class ForeignTests
{
    private const string Templates = "golden/tokenizers/chat-templates";

    /// <summary>The templates that are not kept in the golden folder.</summary>
    public static TheoryData<string> NotKept()
    {
        if (SharedFolder.TryPath(Templates) is not { } folder) return new TheoryData<string>("(no shared folder)");
        const string golden = ".golden.json";
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Where(name => name.Contains(golden, StringComparison.Ordinal)).Select(name => name[..name.IndexOf(golden, StringComparison.Ordinal)]);
        return [.. names.Where(name => !File.Exists(Path.Combine(folder, name + ".jinja"))).Order(StringComparer.Ordinal)];
    }

    [ForeignTheory]
    [InlineData("llama2")]
    [InlineData("llama3.1")]
    [InlineData("gemma3")]
    [InlineData("xlm-roberta")]
    public void TokenizersEqualTheReference(string name) =>
        Differences.None(JsonGolden.Compare(Tokenizer.Load(ForeignFiles.Path(name, "tokenizer.json")), GoldenFiles.Rows($"real/{name}/golden.jsonl")));

    [ForeignTheory]
    [InlineData("gpt-2")]
    [InlineData("gpt-neox")]
    [InlineData("falcon")]
    [InlineData("qwen2")]
    [InlineData("qwen35")]
    [InlineData("deepseek-llm")]
    [InlineData("deepseek-coder")]
    [InlineData("starcoder")]
    [InlineData("mpt")]
    [InlineData("command-r")]
    [InlineData("llama-bpe")]
    [InlineData("llama-spm")]
    [InlineData("nomic-bert-moe")]
    [InlineData("gemma-4")]
    [InlineData("baichuan")]
    public void VocabulariesEqualLlamaCpp(string name)
    {
        using var file = GgufFile.Open(ForeignFiles.Path("gguf", name + ".gguf"));
        Differences.None(GgufGolden.Compare(Tokenizer.FromGguf(file), GoldenFiles.Rows($"gguf/{name}.golden.jsonl")));
    }

    [ForeignTheory]
    [MemberData(nameof(NotKept))]
    public void TemplatesEqualTransformers(string name) => ChatTemplateGoldenTests.Compare(SharedFolder.Path(Templates), name, Source(name));

    private static string Source(string name)
    {
        var file = ForeignFiles.Path("templates", name + ".jinja");
        if (File.Exists(file)) return File.ReadAllText(file);
        var config = ForeignFiles.Path(name switch { "llama3.1-short" => "llama3.1", _ => name }, "tokenizer_config.json");
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(config));
        return json.RootElement.GetProperty("chat_template").GetString()!;
    }
}
