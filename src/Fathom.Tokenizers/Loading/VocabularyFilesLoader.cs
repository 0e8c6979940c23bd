using System.Text;
using System.Text.Json;
using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.PostProcessors;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>Byte-level vocabularies in the two files that came before tokenizer.json: vocab.json and merges.txt.</summary>
internal static class VocabularyFilesLoader
{
    private const string Gpt2 = "GPT2Tokenizer", Roberta = "RobertaTokenizer", Deberta = "DebertaTokenizer";

    // What the reference's classes assume where no file names a token.
    private static readonly Dictionary<string, (string Key, string Text)[]> Assumed = new(StringComparer.Ordinal)
    {
        [Gpt2] = [("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>")],
        [Roberta] = [("bos_token", "<s>"), ("eos_token", "</s>"), ("sep_token", "</s>"), ("cls_token", "<s>"), ("unk_token", "<unk>"), ("pad_token", "<pad>"), ("mask_token", "<mask>")],
        [Deberta] = [("bos_token", "[CLS]"), ("eos_token", "[SEP]"), ("sep_token", "[SEP]"), ("cls_token", "[CLS]"), ("unk_token", "[UNK]"), ("pad_token", "[PAD]"), ("mask_token", "[MASK]")],
    };

    /// <summary>Loads the files of a folder.</summary>
    public static Tokenizer Load(string folder, TokenizerConfiguration configuration)
    {
        var kind = Kind(folder, configuration.TokenizerClass);
        var source = Path.Combine(folder, "vocab.json");
        var draft = ReadVocabulary(source);
        ReadMerges(Path.Combine(folder, "merges.txt"), draft);
        var model = ModelBuilder.Build(draft);
        foreach (var (key, text) in Assumed[kind])
        {
            if (model.Vocabulary.Find(text) >= 0)
                configuration.Names.TryAdd(key, text);
        }

        var special = configuration.Resolve(name => model.Vocabulary.Find(name));
        SpecialToken?[] named = [special.Bos, special.Eos, special.Pad, special.Unk, special.Sep, special.Cls, special.Mask];
        var added = named.OfType<SpecialToken>().DistinctBy(t => t.Id)
            .Select(t => new AddedToken(t.Id, t.Text, Special: true, StripLeft: kind != Gpt2 && t == special.Mask)).ToList();
        if (kind != Gpt2 && (special.Cls is null || special.Sep is null))
            throw new FathomException($"{folder}: a {kind} needs cls_token and sep_token in vocab.json, by the names in tokenizer_config.json or special_tokens_map.json. Add them, or give the model's tokenizer.json.");
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = new TextPipeline(new AddedVocabulary(added, text => text), null, new ByteLevelPreTokenizer(configuration.AddPrefixSpace, useRegex: true), model),
            PostProcessor = kind switch
            {
                Roberta => new ClassifierProcessor(special.Cls!, special.Sep!, roberta: true, trimOffsets: true, configuration.AddPrefixSpace),
                Deberta => Around(special.Cls!, special.Sep!),
                _ when configuration.AddBos is true => Opening(folder, special.Bos),
                _ => new ByteLevelProcessor(trimOffsets: false, configuration.AddPrefixSpace),
            },
            Decoder = new ByteLevelDecoder(),
            SpecialTokens = special,
            ChatTemplate = configuration.ChatTemplate,
        });
    }

    // Where no file names the class, the reference goes by the kind of model.
    private static string Kind(string folder, string? tokenizerClass)
    {
        switch (tokenizerClass)
        {
            case "GPT2Tokenizer" or "GPT2TokenizerFast": return Gpt2;
            case "RobertaTokenizer" or "RobertaTokenizerFast": return Roberta;
            case "DebertaTokenizer" or "DebertaTokenizerFast": return Deberta;
            case null: break;
            default: throw new FathomException($"{folder}: vocab.json and merges.txt of class '{tokenizerClass}' are not known here; known are {Gpt2}, {Roberta} and {Deberta}. Give the model's tokenizer.json.");
        }

        var config = Path.Combine(folder, "config.json");
        return (File.Exists(config) ? new JsonView(LoadedFiles.Json(config), config, "the file").OptionalText("model_type") : null) switch
        {
            "roberta" => Roberta,
            "deberta" => Deberta,
            _ => Gpt2,
        };
    }

    private static TemplateProcessor Around(SpecialToken cls, SpecialToken sep)
    {
        TemplatePiece opening = TemplatePiece.Special(0, [cls.Id], [cls.Text]), middle = TemplatePiece.Special(0, [sep.Id], [sep.Text]), end = TemplatePiece.Special(1, [sep.Id], [sep.Text]);
        return new TemplateProcessor([opening, TemplatePiece.Text(0, 0), middle], [opening, TemplatePiece.Text(0, 0), middle, TemplatePiece.Text(1, 1), end]);
    }

    // OPT's: the token stands before the first text only.
    private static TemplateProcessor Opening(string folder, SpecialToken? bos)
    {
        if (bos is null)
            throw new FathomException($"{folder}: tokenizer_config.json says add_bos_token, but names no bos_token that vocab.json has. Give the model's tokenizer.json.");
        var opening = TemplatePiece.Special(0, [bos.Id], [bos.Text]);
        return new TemplateProcessor([opening, TemplatePiece.Text(0, 0)], [opening, TemplatePiece.Text(0, 0), TemplatePiece.Text(1, 1)]);
    }

    private static ModelDraft ReadVocabulary(string path)
    {
        var draft = new ModelDraft(path) { MergeEnds = [] };
        try
        {
            var reader = new Utf8JsonReader(LoadedFiles.Bytes(path));
            reader.Read();
            ModelReader.ReadVocabulary(ref reader, draft, path);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new FathomException($"{path}: not valid JSON: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }

        return draft;
    }

    private static void ReadMerges(string path, ModelDraft draft)
    {
        var number = 0;
        foreach (var line in LoadedFiles.Text(path).Split('\n'))
        {
            number++;
            var merge = line.TrimEnd('\r');
            if (merge.Length == 0 || (number == 1 && merge.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            var halves = merge.Split(' ');
            if (halves.Length != 2)
                throw new FathomException($"{path}: line {number} is '{merge}'; expected two symbols with a space between. Mend the file.");
            draft.AddMergeHalf(Encoding.UTF8.GetBytes(halves[0]));
            draft.AddMergeHalf(Encoding.UTF8.GetBytes(halves[1]));
        }
    }
}
