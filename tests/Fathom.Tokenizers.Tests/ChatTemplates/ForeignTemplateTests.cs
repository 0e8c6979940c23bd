using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>Templates that are not ours to keep: found by their hash in a folder of the developer's, compared like the others.</summary>
public sealed class ForeignTemplateTests
{
    internal const string Goldens = "golden/tokenizers/chat-templates";

    [ForeignTemplatesFact]
    public void EqualsTransformersOnTheTemplatesAtHand()
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(SharedFolder.Path(Goldens), "*.golden.json"))
        {
            using var golden = JsonDocument.Parse(File.ReadAllText(file));
            known[golden.RootElement.GetProperty("sha256").GetString()!] = golden.RootElement.GetProperty("name").GetString()!;
        }

        var compared = new List<string>();
        foreach (var source in Templates(ForeignTemplatesFactAttribute.Folder!))
        {
            if (!known.TryGetValue(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source))), out var name)) continue;
            ChatTemplateGoldenTests.Compare(SharedFolder.Path(Goldens), name, source);
            compared.Add(name);
        }

        Assert.NotEmpty(compared);
    }

    private static IEnumerable<string> Templates(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.jinja", SearchOption.AllDirectories)) yield return File.ReadAllText(file);
        foreach (var file in Directory.EnumerateFiles(folder, "tokenizer_config.json", SearchOption.AllDirectories))
        {
            using var config = JsonDocument.Parse(File.ReadAllText(file));
            if (config.RootElement.TryGetProperty("chat_template", out var template) && template.ValueKind == JsonValueKind.String) yield return template.GetString()!;
        }
    }
}
