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
    /// <summary>Loads the files of a folder.</summary>
    public static Tokenizer Load(string folder, TokenizerConfiguration configuration)
    {
        var roberta = configuration.TokenizerClass switch
        {
            null or "GPT2Tokenizer" or "GPT2TokenizerFast" => false,
            "RobertaTokenizer" or "RobertaTokenizerFast" => true,
            var other => throw new FathomException($"{folder}: vocab.json and merges.txt of class '{other}' are not known here; known are GPT2Tokenizer and RobertaTokenizer. Give the model's tokenizer.json."),
        };
        var source = Path.Combine(folder, "vocab.json");
        var draft = ReadVocabulary(source);
        ReadMerges(Path.Combine(folder, "merges.txt"), draft);
        var model = ModelBuilder.Build(draft);
        var special = configuration.Resolve(name => model.Vocabulary.Find(name));
        SpecialToken?[] named = [special.Bos, special.Eos, special.Pad, special.Unk, special.Sep, special.Cls, special.Mask];
        var added = named.OfType<SpecialToken>().DistinctBy(t => t.Id)
            .Select(t => new AddedToken(t.Id, t.Text, Special: true, StripLeft: roberta && t == special.Mask)).ToList();
        if (roberta && (special.Cls is null || special.Sep is null))
            throw new FathomException($"{folder}: a RobertaTokenizer needs cls_token and sep_token in tokenizer_config.json or special_tokens_map.json. Add them, or give the model's tokenizer.json.");
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = new TextPipeline(new AddedVocabulary(added, text => text), null, new ByteLevelPreTokenizer(configuration.AddPrefixSpace, useRegex: true), model),
            PostProcessor = roberta
                ? new ClassifierProcessor(special.Cls!, special.Sep!, roberta: true, trimOffsets: true, configuration.AddPrefixSpace)
                : new ByteLevelProcessor(trimOffsets: false, configuration.AddPrefixSpace),
            Decoder = new ByteLevelDecoder(),
            SpecialTokens = special,
            ChatTemplate = configuration.ChatTemplate,
        });
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
