using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>Whole chat templates over 56 conversations against transformers' <c>apply_chat_template</c>, to the byte.</summary>
public sealed class ChatTemplateGoldenTests
{
    private const string Shared = "golden/tokenizers/chat-templates";

    public static TheoryData<string> Committed() => Names(SharedFolder.Golden("templates/chat-templates"));

    public static TheoryData<string> Kept() => SharedFolder.TryPath(Shared) is { } folder ? Names(folder) : new TheoryData<string>("(no shared folder)");

    [Theory]
    [MemberData(nameof(Committed))]
    public void EqualsTransformers(string name) => Compare(SharedFolder.Golden("templates/chat-templates"), name, File.ReadAllText(Path.Combine(SharedFolder.Golden("templates/chat-templates"), name + ".jinja")));

    [SharedTheory(Shared)]
    [MemberData(nameof(Kept))]
    public void EqualsTransformersOnEveryKeptTemplate(string name) => Compare(SharedFolder.Path(Shared), name, File.ReadAllText(Path.Combine(SharedFolder.Path(Shared), name + ".jinja")));

    internal static void Compare(string folder, string name, string source)
    {
        using var golden = Open(Path.Combine(folder, name + ".golden.json"));
        Assert.Equal(golden.RootElement.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source))));
        using var conversations = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "conversations.json")));
        var differences = new StringBuilder();
        var count = 0;
        var tokens = golden.RootElement.GetProperty("special_tokens").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        foreach (var scenario in conversations.RootElement.GetProperty("scenarios").EnumerateObject())
        {
            count++;
            var expected = Find(golden.RootElement, "results", scenario.Name);
            var error = Find(golden.RootElement, "errors", scenario.Name);
            var actual = Render(source, name, scenario.Value, tokens);
            if (expected is { } text ? actual.Text != text.GetString() : actual.Error is null || actual.Error.ErrorClass != error!.Value.GetProperty("error").GetString() || !StartsAlike(actual.Error.Detail, error.Value.GetProperty("message").GetString()!))
            {
                differences.AppendLine($"{scenario.Name}: expected {expected?.GetRawText() ?? error?.GetRawText()}\n   got {JsonSerializer.Serialize(actual.Text)} {actual.Error?.Message}");
            }

            if (Find(golden.RootElement, "generation", scenario.Name) is { } spans)
            {
                Assert.Equal(spans.EnumerateArray().Select(s => (s[0].GetInt32(), s[1].GetInt32())), actual.Generation!.Select(s => (s.Start, s.End)));
            }
        }

        Assert.Equal(56, count);
        Assert.True(differences.Length == 0, differences.ToString());
    }

    /// <summary>Long messages are cut in the goldens.</summary>
    private static bool StartsAlike(string actual, string golden) => golden.Length < 120 ? actual == golden : actual.StartsWith(golden[..120], StringComparison.Ordinal);

    private static JsonElement? Find(JsonElement golden, string section, string scenario) =>
        golden.TryGetProperty(section, out var rows) && rows.TryGetProperty(scenario, out var row) ? row : null;

    private static (string? Text, TemplateException? Error, IReadOnlyList<GenerationSpan>? Generation) Render(string source, string name, JsonElement scenario, Dictionary<string, string> tokens)
    {
        var arguments = scenario.GetProperty("arguments");
        bool Flag(string key) => arguments.TryGetProperty(key, out var value) && value.GetBoolean();
        var input = new ChatTemplateInput(scenario.GetProperty("messages"))
        {
            Tools = scenario.GetProperty("tools"),
            Documents = arguments.TryGetProperty("documents", out var documents) ? documents : null,
            AddGenerationPrompt = Flag("add_generation_prompt"),
            ContinueFinalMessage = Flag("continue_final_message"),
            SpecialTokens = tokens,
            Variables = arguments.EnumerateObject().Where(p => p.Name is not ("documents" or "add_generation_prompt" or "continue_final_message")).ToDictionary(p => p.Name, p => p.Value),
            Clock = FixedClock.OfGoldens,
        };
        try
        {
            var rendered = ChatTemplate.Parse(source, name).Render(input);
            return (rendered.Text, null, rendered.Generation);
        }
        catch (TemplateException error)
        {
            return (null, error, null);
        }
    }

    private static JsonDocument Open(string path)
    {
        if (File.Exists(path)) return JsonDocument.Parse(File.ReadAllText(path));
        using var packed = new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        return JsonDocument.Parse(packed);
    }

    private static TheoryData<string> Names(string folder)
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jinja").Order(StringComparer.Ordinal)) data.Add(Path.GetFileNameWithoutExtension(file));
        return data;
    }
}
