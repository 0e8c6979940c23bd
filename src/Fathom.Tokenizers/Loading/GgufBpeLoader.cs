using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.PostProcessors;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>Vocabularies with merges: byte-level ones (kind <c>gpt2</c>), and text with U+2581 for spaces (<c>gemma4</c>).</summary>
internal static class GgufBpeLoader
{
    /// <summary>The kind, and the name of its cuts.</summary>
    public const string Gemma4 = "gemma4";

    /// <summary>Makes the tokenizer of a file of kind <c>gpt2</c>.</summary>
    public static Tokenizer Load(GgufVocabulary vocabulary, string pre)
    {
        if (pre == Gemma4)
            return LoadMarked(vocabulary);
        var recipe = GgufPreTokenizers.Find(pre, vocabulary.Source);
        var merges = ReadMerges(vocabulary, out var extra);
        var model = new BpeModel(vocabulary.Vocabulary, merges, new BpeOptions { IgnoreMerges = recipe.IgnoreMerges }, extra);
        var cuts = new PreTokenizerSequence([.. recipe.Steps, new ByteLevelPreTokenizer(addPrefixSpace: false, useRegex: false)]);
        return Make(vocabulary, new TextPipeline(Added(vocabulary), null, cuts, model), new LlamaCppBpeDecoder(vocabulary.Vocabulary, vocabulary.Types, marksSpaces: false, GgufPreTokenizers.CleansSpaces(pre)), recipe.AddBos);
    }

    /// <summary>Makes the tokenizer of a file of kind <c>gemma4</c>: merges run over whole lines.</summary>
    public static Tokenizer LoadMarked(GgufVocabulary vocabulary)
    {
        var model = new BpeModel(vocabulary.Vocabulary, ReadMerges(vocabulary, out var extra), new BpeOptions { ByteFallback = true }, extra);
        var lines = new CutPreTokenizer(new RegexPattern(@"[^\n]+|\n+"));
        var marks = new ReplaceNormalizer(new TextPattern(" "), "\u2581");
        return Make(vocabulary, new TextPipeline(Added(vocabulary), marks, lines, model), new LlamaCppBpeDecoder(vocabulary.Vocabulary, vocabulary.Types, marksSpaces: true, cleanSpaces: true), addBos: true, alwaysBos: true);
    }

    /// <summary>A template with the tokens before and behind a text.</summary>
    internal static TemplateProcessor? Frame(SpecialToken? before, SpecialToken? behind)
    {
        if (before is null && behind is null)
            return null;
        TemplatePiece[] Around(int sequence) =>
        [
            .. before is null ? Array.Empty<TemplatePiece>() : [TemplatePiece.Special(sequence, [before.Id], [before.Text])],
            TemplatePiece.Text(sequence, sequence),
            .. behind is null ? Array.Empty<TemplatePiece>() : [TemplatePiece.Special(sequence, [behind.Id], [behind.Text])],
        ];
        return new TemplateProcessor(Around(0), [.. Around(0), .. Around(1)]);
    }

    private static AddedVocabulary Added(GgufVocabulary vocabulary) => new(vocabulary.AddedTokens(), text => text, longestFirst: true);

    private static Tokenizer Make(GgufVocabulary vocabulary, TextPipeline pipeline, LlamaCppBpeDecoder decoder, bool addBos, bool alwaysBos = false)
    {
        var special = vocabulary.SpecialTokens;
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = pipeline,
            PostProcessor = Frame(alwaysBos || vocabulary.Flag("add_bos_token", addBos) ? special.Bos : null, vocabulary.Flag("add_eos_token", false) ? special.Eos : null),
            IdDecoder = decoder,
            SpecialTokens = special,
            ChatTemplate = vocabulary.Metadata.String("tokenizer.chat_template", null),
        });
    }

    private static MergeTable ReadMerges(GgufVocabulary vocabulary, out string[] extra)
    {
        var lines = vocabulary.Metadata.TryGet("tokenizer.ggml.merges", out var value)
            ? value.AsArray()
            : throw new FathomException($"{vocabulary.Source}: a vocabulary of kind gpt2 needs 'tokenizer.ggml.merges', and there is none. The file is damaged.");
        var symbols = new BpeSymbolTable(vocabulary.Vocabulary);
        var table = new MergeTable(lines.Count);
        for (var rank = 0; rank < lines.Count; rank++)
        {
            var line = lines.Utf8(rank);

            // The space that parts the two is never the first character, since either may begin with what looks like one.
            var space = line.Length < 3 ? -1 : line[1..].IndexOf((byte)' ') + 1;
            if (space <= 0 || space == line.Length - 1)
                throw new FathomException($"{vocabulary.Source}: merge {rank} is '{System.Text.Encoding.UTF8.GetString(line)}'; expected two symbols with a space between. The file is damaged.");
            table.Add(symbols.Id(line[..space]), symbols.Id(line[(space + 1)..]), rank, symbols.Id(line[..space], line[(space + 1)..]));
        }

        extra = symbols.Extra;
        return table;
    }
}
