using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>
/// The values of <c>tokenizer.ggml.pre</c> that are known, with the cuts that llama.cpp (v0.5.0) makes for each: facts of its
/// <c>llama-vocab.cpp</c>, written in this library's dialect.
/// </summary>
internal static class GgufPreTokenizers
{
    private const string Contractions = @"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private const string Spaces = @"\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Upper = @"[\p{L}&&[^a-z]]";
    private const string Lower = @"[\p{L}&&[^A-Z]]";
    private const string BloomWords = @" ?[^(\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

    private const string Punctuated =
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // The ranges of upper and lower case letters that DeepSeek's first models list.
    private const string DeepSeekLetters = @"\s?[A-Za-z"
        + @"\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}"
        + @"\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}"
        + @"\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}"
        + @"\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}"
        + @"\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}"
        + @"\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}"
        + @"\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}"
        + @"\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}"
        + @"\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}"
        + @"\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}"
        + "]+";

    // Where llama.cpp leaves its clean-up of spaces on.
    private static readonly HashSet<string> Cleaning =
    [
        "default", "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "falcon", "mpt", "starcoder",
        "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert", "exaone4", "jina-v1-en", "jina-v2-code", "roberta-bpe",
        "jais-2", "refact", "stablelm2", "olmo", "dbrx", "smaug-bpe", "glm4", "chatglm-bpe", "jais", "codeshell", "bloom", "gpt3-finnish", "exaone", "exaone-moe", "minerva-7b", "megrez",
    ];

    /// <summary>Whether llama.cpp takes the spaces before punctuation out of decoded texts.</summary>
    public static bool CleansSpaces(string name) => Cleaning.Contains(name);

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="FathomException">The name is not known.</exception>
    public static GgufPreRecipe Find(string name, string source) => name switch
    {
        "gpt-2" or "phi-2" or "jina-es" or "jina-de" or "gigachat" or "jina-v2-es" or "jina-v2-de" or "a.x-4.0" or "mellum" or "modern-bert" or "exaone4"
            or "jina-v1-en" or "jina-v2-code" or "roberta-bpe" or "mpt" or "olmo" or "jais" or "trillion" or "granite-docling" => new([Gpt2]),
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" => new([OneDigit, Gpt2]),
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" or "falcon-h1" or "pixtral" or "midm-2.0" or "lfm2" => new([Llama3(3)], IgnoreMerges: true, AddBos: true),
        "dbrx" or "smaug-bpe" or "chatglm-bpe" or "glm4" => new([Llama3(3)]),
        "qwen2" or "deepseek-r1-qwen" or "kormo" or "megrez" or "stablelm2" or "hunyuan" or "grok-2" or "solar-open" => new([Llama3(1)]),
        "qwen35" => Cuts($@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{Spaces}"),
        "default" => new([Cut(@"[\p{P}$+<=>^~|]+"), Gpt2, Cut(@"\p{N}+"), Cut("[0-9][0-9][0-9]")]),
        "falcon" => new([Cut(@"[\p{P}$+<=>^~|`]+"), Gpt2, Cut("[0-9][0-9][0-9]")]),
        "deepseek-llm" => Cuts(@"[\r\n]", DeepSeekLetters, @"\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+", @"\s+\z", @"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+", @"\p{N}+"),
        "deepseek-coder" => Cuts(@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", @"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+", @"\p{N}"),
        "deepseek-v3" or "hunyuan-dense" => Cuts(@"\p{N}{1,3}", @"[\u4E00-\u9FA5\u3040-\u30FF]+", Punctuated),
        "poro-chat" or "bloom" or "gpt3-finnish" => Cuts(BloomWords),
        "viking" => Cuts(BloomWords, @"\p{N}"),
        "tekken" => Cuts($@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{Lower}+|[^\r\n\p{{L}}\p{{N}}]?{Upper}+{Lower}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{Spaces}") with { IgnoreMerges = true, AddBos = true },
        "gpt-4o" or "llama4" or "minimax-m2" => Cuts($@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{Lower}+{Contractions}?|[^\r\n\p{{L}}\p{{N}}]?{Upper}+{Lower}*{Contractions}?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{Spaces}"),
        "superbpe" => Cuts(@"\p{N}+", @"(?=(\d{3})+(?!\d))"),
        "bailingmoe" or "bailingmoe2" or "llada-moe" => Cuts(@"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"),
        "seed-coder" => Cuts($@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{Spaces}"),
        "chameleon" => new([Cut("<sentinel:[0-9]+>"), Cut("(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"), Cut(@"([\t\n]|    |  )"), OneDigit, Cut(@"[\p{P}!-/:-@\[-`{-~]"), Gpt2], AddBos: true),
        "kimi-k2" => Cuts(KimiK2),
        "afmoe" => Cuts(
            @"\p{N}{1,2}(?=(?:\p{N}{3})+(?!\p{N}))|\p{N}{3}|\p{N}+",
            @"[\u4E00-\u9FFF\u3400-\u4DBF\uF900-\uFAFF\u3040-\u309F\u30A0-\u30FF\uFF65-\uFF9F\u2F00-\u2FDF\u0E40-\u0E7F\u0E80-\u0EFF\u1780-\u17FF\u1000-\u109F\uAA60-\uAA7F\uA9E0-\uA9FF\uAC00-\uD7AF\u1100-\u11FF]+",
            Punctuated),
        "jais-2" => Cuts($@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s{{512}}(?!\S)|\s{{256}}(?!\S)|\s{{128}}(?!\S)|\s{{64}}(?!\S)|\s{{32}}(?!\S)|\s{{16}}(?!\S)|\s{{8}}(?!\S)|\s{{4}}(?!\S)|\s{{1,2}}(?!\S)|\s{{1}}"),
        "exaone-moe" => Cuts($@"{Contractions}|[^\r\n\p{{L}}\p{{N}}]?(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"),
        "youtu" => Cuts(
            @"[\uAC00-\uD7A3\u3131-\u318E]+|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
            $@"[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+{Contractions}?|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{Spaces}") with
        { IgnoreMerges = true },
        _ => throw new FathomException($"{source}: pre-tokenizer '{name}' (tokenizer.ggml.pre) is not known here, and guessing would give wrong ids. Give the model's tokenizer.json instead."),
    };

    private static string KimiK2 => $@"\p{{Han}}+|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}&&[^\p{{Han}}]]+{Contractions}?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{Spaces}";

    private static CutPreTokenizer Gpt2 => new(Gpt2Scanner.Instance);

    private static DigitsPreTokenizer OneDigit => new(individual: true);

    private static CutPreTokenizer Llama3(int digits) => new(new Llama3Scanner(digits, longS: false));

    private static CutPreTokenizer Cut(string regex) => new(new RegexPattern(regex));

    private static GgufPreRecipe Cuts(params string[] regexes) => new([.. regexes.Select(Cut)]);
}
