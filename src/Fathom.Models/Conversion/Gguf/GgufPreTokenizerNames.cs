using System.Text.Json;

namespace Fathom.Models.Conversion;

/// <summary>llama.cpp's names of the ways to cut words, for the steps of a <c>tokenizer.json</c>.</summary>
internal static class GgufPreTokenizerNames
{
    // The patterns as the two models' own files spell them.
    internal const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    internal const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // What Falcon cuts behind words, marks and numbers.
    private const string ThreeDigits = "[0-9][0-9][0-9]";

    /// <summary>The name, or null where there is none for exactly these steps.</summary>
    /// <param name="steps">The steps, none of them a sequence.</param>
    /// <param name="wholeWords">Whether words in the vocabulary are taken whole (<c>ignore_merges</c>).</param>
    public static string? Find(JsonElement[] steps, bool wholeWords) => steps switch
    {
        [var bytes] when IsByteLevel(bytes, regex: true) && !wholeWords => "gpt-2",
        [var digits, var bytes] when IsDigits(digits) && IsByteLevel(bytes, regex: true) && !wholeWords => "smollm",
        [var split, var bytes] when IsSplit(split, Llama3) && IsByteLevel(bytes, regex: false) => wholeWords ? "llama-bpe" : "dbrx",
        [var split, var bytes] when IsSplit(split, Qwen2) && IsByteLevel(bytes, regex: false) && !wholeWords => "qwen2",
        [var marks, var bytes, var digits, var threes] when Is(marks, "Punctuation") && Text(marks, "behavior") == "Contiguous" && IsByteLevel(bytes, regex: true)
            && Is(digits, "Digits") && !Flag(digits, "individual_digits", otherwise: false) && IsSplit(threes, ThreeDigits) && !wholeWords => "falcon",
        _ => null,
    };

    private static string? Text(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool IsByteLevel(JsonElement step, bool regex) => Is(step, "ByteLevel") && !Flag(step, "add_prefix_space", otherwise: true) && Flag(step, "use_regex", otherwise: true) == regex;

    private static bool IsDigits(JsonElement step) => Is(step, "Digits") && Flag(step, "individual_digits", otherwise: false);

    private static bool IsSplit(JsonElement step, string pattern) =>
        Is(step, "Split") && step.GetProperty("pattern").TryGetProperty("Regex", out var regex) && regex.GetString() == pattern
        && step.GetProperty("behavior").GetString() == "Isolated" && !Flag(step, "invert", otherwise: false);

    private static bool Is(JsonElement step, string type) => step.GetProperty("type").GetString() == type;

    private static bool Flag(JsonElement step, string name, bool otherwise) => step.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.True : otherwise;
}
