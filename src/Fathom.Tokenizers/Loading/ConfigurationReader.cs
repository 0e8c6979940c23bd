using System.Text.Json;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads what lies beside a tokenizer: tokenizer_config.json, special_tokens_map.json, chat_template.jinja.</summary>
internal static class ConfigurationReader
{
    private static readonly string[] NamedTokens = ["bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token"];

    /// <summary>Reads the files of a folder; absent ones are passed over.</summary>
    public static TokenizerConfiguration Read(string folder)
    {
        var configuration = new TokenizerConfiguration();
        ReadNames(Path.Combine(folder, "special_tokens_map.json"), configuration);
        ReadNames(Path.Combine(folder, "tokenizer_config.json"), configuration);
        var template = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(template))
            configuration.ChatTemplate = LoadedFiles.Text(template);
        return configuration;
    }

    private static void ReadNames(string path, TokenizerConfiguration configuration)
    {
        if (!File.Exists(path))
            return;
        var root = LoadedFiles.Json(path);
        var view = new JsonView(root, path, "the file");
        foreach (var key in NamedTokens)
        {
            if (!view.TryGet(key, out var value))
                continue;
            configuration.Names[key] = value.ValueKind == JsonValueKind.String ? value.GetString()! : view.View(key).Text("content");
        }

        configuration.TokenizerClass ??= view.OptionalText("tokenizer_class");
        configuration.AddPrefixSpace = view.Flag("add_prefix_space", configuration.AddPrefixSpace);
        if (view.TryGet("add_bos_token", out _))
            configuration.AddBos = view.Flag("add_bos_token", false);
        if (view.TryGet("chat_template", out var template))
            configuration.ChatTemplate = Template(view, template);
    }

    // Either the template itself or a list of named ones, of which the default counts.
    private static string? Template(JsonView view, JsonElement template)
    {
        if (template.ValueKind == JsonValueKind.String)
            return template.GetString();
        var named = view.Views("chat_template");
        var standard = named.FindIndex(t => t.OptionalText("name") == "default");
        return standard >= 0 ? named[standard].Text("template") : null;
    }
}
