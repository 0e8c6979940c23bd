using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Models.Conversion;

/// <summary>The files of a tokenizer for a model that came from GGUF: the <c>tokenizer.json</c> beside it, or one made of its byte-level vocabulary.</summary>
internal static class HuggingFaceTokenizer
{
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n" };

    /// <summary>Writes what can be written; what cannot is noted.</summary>
    public static void Write(GgufFile gguf, string folder, List<string> notes)
    {
        var metadata = gguf.Metadata;
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(gguf.Location))!, "tokenizer.json");
        if (File.Exists(beside)) AtomicFile.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), File.ReadAllBytes(beside));
        else if (Steps(metadata) is { } steps) AtomicFile.WriteAllText(Path.Combine(folder, "tokenizer.json"), Made(metadata, steps).ToJsonString(Options) + "\n");
        else
        {
            notes.Add($"no tokenizer is written: a GGUF vocabulary of kind '{metadata.String("tokenizer.ggml.model", "none")}' ({metadata.String("tokenizer.ggml.pre", "no pre-tokenizer")}) has no tokenizer.json made for it here; copy the model's own");
            return;
        }

        var special = Tokenizer.FromGguf(gguf).SpecialTokens;
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast" };
        foreach (var (key, token) in new[] { ("bos_token", special.Bos), ("eos_token", special.Eos), ("unk_token", special.Unk), ("pad_token", special.Pad) })
        {
            if (token is { } known) config[key] = known.Text;
        }

        config["add_bos_token"] = metadata.Boolean("tokenizer.ggml.add_bos_token", false);
        if (metadata.String("tokenizer.chat_template", null) is { } template) config["chat_template"] = template;
        AtomicFile.WriteAllBytes(Path.Combine(folder, "tokenizer_config.json"), Encoding.UTF8.GetBytes(config.ToJsonString(Options) + "\n"));
    }

    private static JsonObject Made(GgufMetadata metadata, JsonArray steps)
    {
        var tokens = metadata.Array("tokenizer.ggml.tokens").ToStrings();
        var types = metadata.TryGet("tokenizer.ggml.token_type", out var given) ? given.AsArray().ToInt64s() : [];
        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (var id = 0; id < tokens.Length; id++)
        {
            var type = id < types.Length ? types[id] : 1;
            vocabulary[tokens[id]] = id;
            if (type is not (Unknown or Control or UserDefined)) continue;
            added.Add(new JsonObject
            {
                ["id"] = id,
                ["content"] = tokens[id],
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = type != UserDefined,
            });
        }

        var bos = metadata.Boolean("tokenizer.ggml.add_bos_token", false) ? (int)metadata.Int64("tokenizer.ggml.bos_token_id", -1) : -1;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = steps },
            ["post_processor"] = bos >= 0 && bos < tokens.Length ? Template(tokens[bos], bos) : null,
            ["decoder"] = ByteLevel(regex: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = metadata.String("tokenizer.ggml.pre", "") == "llama-bpe",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. metadata.Array("tokenizer.ggml.merges").ToStrings().Select(merge => (JsonNode)merge)]),
            },
        };
    }

    private static JsonArray? Steps(GgufMetadata metadata) => metadata.String("tokenizer.ggml.model", "") != "gpt2" ? null : metadata.String("tokenizer.ggml.pre", "") switch
    {
        "gpt-2" => [ByteLevel(regex: true)],
        "smollm" => [new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }, ByteLevel(regex: true)],
        "llama-bpe" or "dbrx" or "smaug-bpe" => [Split(GgufPreTokenizerNames.Llama3), ByteLevel(regex: false)],
        "qwen2" => [Split(GgufPreTokenizerNames.Qwen2), ByteLevel(regex: false)],
        _ => null,
    };

    private static JsonObject Split(string pattern) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = pattern },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static JsonObject ByteLevel(bool regex) => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = regex };

    private static JsonObject Template(string token, int id)
    {
        JsonObject Special(int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };
        JsonObject Text(string sequence, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = sequence, ["type_id"] = type } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(0), Text("A", 0)),
            ["pair"] = new JsonArray(Special(0), Text("A", 0), Special(1), Text("B", 1)),
            ["special_tokens"] = new JsonObject { [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) } },
        };
    }
}
