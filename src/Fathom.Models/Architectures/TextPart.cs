using System.Text;
using System.Text.Json.Nodes;

namespace Fathom.Models.Architectures;

/// <summary>
/// The language model inside a model that reads images too: its configuration lies under <c>text_config</c>, its tensors behind a
/// prefix. Only models whose text, without an image, goes through the language model alone and unchanged are known here.
/// </summary>
internal static class TextPart
{
    private const string Key = "text_config";

    // What these files leave out of text_config is what transformers' configuration classes assume: Gemma 3's published files say
    // little more than what differs from its 2B.
    private static readonly Dictionary<string, string> Assumed = new(StringComparer.Ordinal)
    {
        ["gemma3_text"] = """{"vocab_size":262208,"hidden_size":2304,"intermediate_size":9216,"num_hidden_layers":26,"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"max_position_embeddings":131072,"rms_norm_eps":1e-6,"eos_token_id":1}""",
        ["llama"] = """{"vocab_size":32000,"hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"max_position_embeddings":2048,"rms_norm_eps":1e-6,"eos_token_id":2}""",
        ["mistral"] = """{"vocab_size":32000,"hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"max_position_embeddings":131072,"rms_norm_eps":1e-6,"eos_token_id":2}""",
        ["qwen2"] = """{"vocab_size":151936,"hidden_size":4096,"intermediate_size":22016,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":32,"max_position_embeddings":32768,"rms_norm_eps":1e-6}""",
    };

    // The kind of language model that each assumes where text_config does not say.
    private static readonly Dictionary<string, string> Wrappers = new(StringComparer.Ordinal)
    {
        ["gemma3"] = "gemma3_text",
        ["llava"] = "llama",
        ["llava_next"] = "llama",
        ["llava_onevision"] = "qwen2",
        ["vipllava"] = "llama",
        ["mistral3"] = "mistral",
        ["idefics3"] = "llama",
        ["smolvlm"] = "llama",
    };

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["gemma3_text"] = "Gemma3ForCausalLM",
        ["llama"] = "LlamaForCausalLM",
        ["mistral"] = "MistralForCausalLM",
        ["qwen2"] = "Qwen2ForCausalLM",
    };

    // What counts for the whole model and is said outside of text_config.
    private static readonly string[] Outer = ["tie_word_embeddings", "eos_token_id", "quantization_config", "compression_config"];

    private static readonly (string Stored, string Name)[] Prefixes =
    [
        ("language_model.", ""),
        ("model.language_model.", "model."),
        ("model.text_model.", "model."),
        ("lm_head.", "lm_head."),
    ];

    /// <summary>Values of <c>model_type</c> whose text part is read.</summary>
    public static IEnumerable<string> Types => Wrappers.Keys.Order(StringComparer.Ordinal);

    /// <summary>The configuration of the language model, or null where the file is of a language model itself (or of something unknown).</summary>
    /// <exception cref="FathomException">The part is missing, or is no object.</exception>
    public static HuggingFaceConfig? Of(HuggingFaceConfig config) =>
        Merged(config) is { } alone ? HuggingFaceConfig.Parse(Encoding.UTF8.GetBytes(alone.ToJsonString()), $"{config.File}: {Key}") : null;

    /// <summary>The same as the config.json that the language model has when it is saved alone.</summary>
    /// <exception cref="FathomException">The part is missing, or is no object.</exception>
    public static byte[]? Alone(ReadOnlySpan<byte> configJson, string file)
    {
        if (Merged(HuggingFaceConfig.Parse(configJson, file)) is not { } alone) return null;
        if (!alone.ContainsKey("architectures") && Classes.TryGetValue((string)alone["model_type"]!, out var name)) alone.Insert(0, "architectures", new JsonArray(name));
        return Encoding.UTF8.GetBytes(alone.ToJsonString() + "\n");
    }

    private static JsonObject? Merged(HuggingFaceConfig config)
    {
        if (config.String("model_type") is not { } type || !Wrappers.TryGetValue(type, out var assumed)) return null;
        if (config.Section(Key) is not { } part) throw config.Wrong(Key, "is missing, so the language model in it is not known");
        var inner = part.String("model_type", assumed)!;
        var merged = Assumed.TryGetValue(inner, out var defaults) ? JsonNode.Parse(defaults)!.AsObject() : [];
        merged["model_type"] = inner;
        foreach (var key in Outer)
        {
            if (config.Has(key)) merged[key] = config.Json(key);
        }

        foreach (var key in part.Keys) merged[key] = part.Json(key);
        return merged;
    }

    /// <summary>What a tensor is called in the language model alone; null where it is of another part.</summary>
    public static string? NameOf(string stored)
    {
        foreach (var (prefix, name) in Prefixes)
        {
            if (stored.StartsWith(prefix, StringComparison.Ordinal)) return name + stored[prefix.Length..];
        }

        return null;
    }
}
