using System.Globalization;
using System.Text.Json;
using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Models.Conversion;

/// <summary>The vocabulary of a <c>tokenizer.json</c> as llama.cpp's keys say it. What llama.cpp would cut otherwise is refused by name.</summary>
internal static class GgufTokenizerMetadata
{
    /// <summary>llama.cpp's word for a file without a vocabulary.</summary>
    public const string NoVocabulary = "no_vocab";

    // How pieces of SentencePiece write a blank.
    private const string Blank = "\u2581";
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;
    private const int Byte = 6;

    /// <summary>Adds the keys <c>tokenizer.*</c>.</summary>
    /// <exception cref="FathomException">There is no tokenizer.json, or llama.cpp has no equal of it.</exception>
    public static void Add(GgufMetadataBuilder metadata, string folder, int rows, IReadOnlyList<int> ends, List<string> notes)
    {
        var path = Path.Combine(folder, "tokenizer.json");
        if (!File.Exists(path)) throw new FathomException($"{folder}: has no tokenizer.json, from which the GGUF file's vocabulary is made; put it there, or write the weights alone with --no-tokenizer");
        var tokenizer = Tokenizer.Load(Directory.GetFiles(folder, "tokenizer_config.json").Length > 0 ? folder : path);
        using var document = Parse(path);
        var root = document.RootElement;
        if (root.GetProperty("model").GetProperty("type").GetString() != "BPE") throw Refuse(path, "its model is not BPE");
        var bpe = root.GetProperty("model");
        var pieces = bpe.TryGetProperty("byte_fallback", out var fallback) && fallback.ValueKind == JsonValueKind.True;
        metadata.Add("tokenizer.ggml.model", pieces ? "llama" : "gpt2");
        metadata.Add("tokenizer.ggml.pre", pieces ? PieceKind(root, path, notes) : PreTokenizerName(root, bpe, path));
        var (tokens, types) = Tokens(root, bpe, rows, path, pieces, notes);
        var merges = bpe.GetProperty("merges").EnumerateArray().Select(Merge).ToList();
        metadata.Add("tokenizer.ggml.tokens", tokens);
        if (pieces) metadata.Add("tokenizer.ggml.scores", Scores(tokens, types, merges));
        metadata.Add("tokenizer.ggml.token_type", types);
        if (!pieces) metadata.Add("tokenizer.ggml.merges", merges);
        AddSpecial(metadata, tokenizer, ends, path);
        if (pieces) metadata.Add("tokenizer.ggml.add_space_prefix", BeginsWithSpace(root));
        if (tokenizer.ChatTemplate is { } template) metadata.Add("tokenizer.chat_template", template);
    }

    /// <summary>Says that the file has no vocabulary: llama.cpp then takes token ids only.</summary>
    public static void AddNone(GgufMetadataBuilder metadata) => metadata.Add("tokenizer.ggml.model", NoVocabulary);

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException broken)
        {
            throw new FathomException($"{path}: is not valid JSON: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }

    private static (string[] Tokens, int[] Types) Tokens(JsonElement root, JsonElement bpe, int rows, string path, bool pieces, List<string> notes)
    {
        var tokens = new string?[rows];
        var types = new int[rows];
        void Put(string text, int id, int type)
        {
            if (id < 0 || id >= rows) throw new FathomException($"{path}: token {id} has no row in the embedding of {rows}");
            (tokens[id], types[id]) = (text, type);
        }

        var unknown = bpe.TryGetProperty("unk_token", out var name) ? name.GetString() : null;
        foreach (var entry in bpe.GetProperty("vocab").EnumerateObject())
            Put(entry.Name, entry.Value.GetInt32(), pieces && entry.Name == unknown ? Unknown : pieces && IsByte(entry.Name) ? Byte : Normal);
        foreach (var added in root.GetProperty("added_tokens").EnumerateArray())
        {
            var text = added.GetProperty("content").GetString()!;
            if (pieces && text == unknown) continue;
            Put(text, added.GetProperty("id").GetInt32(), added.GetProperty("special").GetBoolean() ? Control : UserDefined);
            if (Flag(added, "single_word") || Flag(added, "lstrip") || Flag(added, "rstrip")) notes.Add($"token '{text}' takes the blanks around it, or stands alone only, in tokenizer.json; llama.cpp does not look at that");
        }

        if (pieces && Array.Exists(Enumerable.Range(0, rows).ToArray(), id => types[id] == UserDefined && tokens[id]!.Contains(Blank, StringComparison.Ordinal)))
            notes.Add($"added tokens with '{Blank}' in them match blanks of a text in llama.cpp, in tokenizer.json that letter only: runs of blanks may be cut otherwise");

        // Rows that no token has, as some embeddings are padded to.
        for (var id = 0; id < rows; id++)
        {
            if (tokens[id] is null) Put($"[PAD{id.ToString(CultureInfo.InvariantCulture)}]", id, Unused);
        }

        return (Array.ConvertAll(tokens, token => token!), types);
    }

    private static bool Flag(JsonElement token, string name) => token.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsByte(string token) => token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>';

    private static string Merge(JsonElement merge) => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}";

    // llama.cpp joins the pair of highest score first: minus the rank of the merge that makes a piece.
    private static float[] Scores(string[] tokens, int[] types, List<string> merges)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var rank = 0; rank < merges.Count; rank++) ranks.TryAdd(merges[rank].Replace(" ", "", StringComparison.Ordinal), rank);
        var scores = new float[tokens.Length];
        for (var id = 0; id < tokens.Length; id++) scores[id] = types[id] != Normal ? 0 : ranks.TryGetValue(tokens[id], out var rank) ? -rank : -1e9f;
        return scores;
    }

    private static void AddSpecial(GgufMetadataBuilder metadata, Tokenizer tokenizer, IReadOnlyList<int> ends, string path)
    {
        var special = tokenizer.SpecialTokens;
        void Id(string key, int? id)
        {
            if (id is { } known) metadata.Add($"tokenizer.ggml.{key}", known);
        }

        var (before, behind) = Frame(tokenizer, path);
        var end = behind ?? special.Eos?.Id ?? (ends.Count > 0 ? ends[0] : null);
        Id("bos_token_id", before ?? special.Bos?.Id);
        Id("eos_token_id", end);
        Id("eot_token_id", ends.Where(id => id != end).Select(id => (int?)id).FirstOrDefault());
        Id("unknown_token_id", special.Unk?.Id);
        Id("padding_token_id", special.Pad?.Id);
        metadata.Add("tokenizer.ggml.add_bos_token", before is not null);
        metadata.Add("tokenizer.ggml.add_eos_token", behind is not null);
    }

    // What the tokenizer puts around a text: llama.cpp knows one token in front and one behind.
    private static (int? Before, int? Behind) Frame(Tokenizer tokenizer, string path)
    {
        var plain = tokenizer.Encode("a", addSpecialTokens: false);
        var framed = tokenizer.Encode("a", addSpecialTokens: true);
        var at = framed.AsSpan().IndexOf(plain);
        var behind = framed.Length - at - plain.Length;
        if (at is < 0 or > 1 || behind is < 0 or > 1) throw Refuse(path, "it puts more than one token in front of a text or behind it");
        return (at == 1 ? framed[0] : null, behind == 1 ? framed[^1] : null);
    }

    private static bool BeginsWithSpace(JsonElement root)
    {
        bool Prepends(JsonElement step) => step.ValueKind == JsonValueKind.Object && step.GetProperty("type").GetString() switch
        {
            "Sequence" => step.TryGetProperty("normalizers", out var inner) && inner.EnumerateArray().Any(Prepends),
            "Prepend" => true,
            "Metaspace" => !step.TryGetProperty("prepend_scheme", out var scheme) || scheme.GetString() != "never",
            _ => false,
        };
        return Prepends(root.GetProperty("normalizer")) || Prepends(root.GetProperty("pre_tokenizer"));
    }

    private static string PreTokenizerName(JsonElement root, JsonElement bpe, string path)
    {
        var normalizer = root.GetProperty("normalizer");
        if (normalizer.ValueKind != JsonValueKind.Null && normalizer.GetProperty("type").GetString() != "NFC") throw Refuse(path, $"it normalises text ({normalizer.GetProperty("type").GetString()}), which llama.cpp does not");
        var pre = root.GetProperty("pre_tokenizer");
        var steps = Steps(pre, "pretokenizers");
        var whole = bpe.TryGetProperty("ignore_merges", out var ignore) && ignore.ValueKind == JsonValueKind.True;
        return GgufPreTokenizerNames.Find(steps, whole) ?? throw Refuse(path, "its pre-tokenizer is none of those that GGUF has a name for here (gpt-2, smollm, llama-bpe, dbrx, qwen2, falcon)");
    }

    // llama.cpp writes blanks as "\u2581", puts one in front where told so, and joins over the ends of words.
    private static string PieceKind(JsonElement root, string path, List<string> notes)
    {
        var (normalizer, pre) = (root.GetProperty("normalizer"), root.GetProperty("pre_tokenizer"));
        var replaces = Steps(normalizer, "normalizers").Any(step => Type(step) == "Replace");
        var known = Steps(normalizer, "normalizers").All(step => Type(step) is "Replace" or "Prepend") && Steps(pre, "pretokenizers").All(step => Type(step) switch
        {
            "Metaspace" => step.TryGetProperty("split", out var split) && split.ValueKind == JsonValueKind.False,
            "Split" => replaces && step.GetProperty("pattern").TryGetProperty("String", out var text) && text.GetString() == " ",
            _ => false,
        });
        if (Steps(pre, "pretokenizers").Any(step => Type(step) == "Metaspace") && BeginsWithSpace(root)) notes.Add("texts that begin with a blank: tokenizer.json puts no second one in front, llama.cpp does");
        return known ? "default" : throw Refuse(path, "its pre-tokenizer is none of those that GGUF has a name for here (SentencePiece's without cuts)");
    }

    private static string? Type(JsonElement step) => step.GetProperty("type").GetString();

    private static JsonElement[] Steps(JsonElement step, string inner) => step.ValueKind == JsonValueKind.Null ? [] : Type(step) == "Sequence" ? [.. step.GetProperty(inner).EnumerateArray()] : [step];

    private static FathomException Refuse(string path, string why) => new($"{path}: cannot be written into a GGUF file: {why}; --no-tokenizer writes the weights alone");
}
