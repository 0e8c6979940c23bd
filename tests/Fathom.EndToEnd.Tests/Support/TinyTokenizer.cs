using System.Text.Json.Nodes;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>A byte-level BPE tokenizer with a dozen merges, as a <c>tokenizer.json</c>.</summary>
public static class TinyTokenizer
{
    /// <summary>The special tokens, after the vocabulary in this order.</summary>
    public static readonly string[] Specials = ["<|start|>", "<|end|>", "<|pad|>"];

    private static readonly (string Left, string Right)[] Merges =
    [
        ("t", "h"), ("Ġ", "th"), ("Ġth", "e"), ("i", "n"), ("Ġ", "a"), ("e", "r"), ("o", "n"), ("Ġ", "h"), ("Ġh", "a"), ("a", "n"),
        ("o", "w"), ("Ġ", "m"), ("an", "y"), ("Ġm", "any"), ("H", "ow"), ("in", "g"),
    ];

    /// <summary>Token to id, without the special tokens.</summary>
    public static IReadOnlyDictionary<string, int> Vocabulary()
    {
        var vocabulary = new Dictionary<string, int>();
        foreach (var letter in ByteLetters())
        {
            vocabulary.Add(letter.ToString(), vocabulary.Count);
        }

        foreach (var (left, right) in Merges)
        {
            vocabulary.Add(left + right, vocabulary.Count);
        }

        return vocabulary;
    }

    /// <summary>The file's text.</summary>
    public static string Json()
    {
        var vocabulary = Vocabulary();
        var words = new JsonObject();
        foreach (var (token, id) in vocabulary)
        {
            words[token] = id;
        }

        var added = new JsonArray();
        for (var i = 0; i < Specials.Length; i++)
        {
            added.Add((JsonNode)new JsonObject
            {
                ["id"] = vocabulary.Count + i,
                ["content"] = Specials[i],
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            });
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = words,
                ["merges"] = new JsonArray([.. Merges.Select(merge => (JsonNode?)$"{merge.Left} {merge.Right}")]),
            },
        }.ToJsonString();
    }

    // The letters that GPT-2 shows bytes as: printable Latin-1 as itself, the rest from U+0100 on.
    private static IEnumerable<char> ByteLetters()
    {
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            yield return printable ? (char)value : (char)next++;
        }
    }
}
