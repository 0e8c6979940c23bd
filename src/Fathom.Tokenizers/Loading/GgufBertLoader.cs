using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>WordPiece vocabularies in GGUF files (kind <c>bert</c>), where U+2581 marks the start of words.</summary>
internal static class GgufBertLoader
{
    /// <summary>Makes the tokenizer.</summary>
    public static Tokenizer Load(GgufVocabulary vocabulary)
    {
        var unknown = vocabulary.Id("unknown_token_id", 100);
        var first = vocabulary.Id("bos_token_id", vocabulary.Id("cls_token_id", 101));
        var last = vocabulary.Id("seperator_token_id", 102);
        if (unknown < 0 || first < 0 || last < 0)
            throw new FathomException($"{vocabulary.Source}: a vocabulary of kind bert needs an unknown, a classifier and a separator token, and the ids of its keys are not in it. The file is damaged.");
        var pieces = vocabulary.Pieces(unknown: 100);
        var splits = new PreTokenizerSequence([
            new SplitPreTokenizer(CharPattern.WhiteSpace, SplitBehavior.Removed, invert: false),
            new SplitPreTokenizer(new CharPattern(new CharClass(c => UnicodeProperty.IsTokenizerPunctuation(c) || BertNormalizer.IsChinese(c))), SplitBehavior.Isolated, invert: false)]);
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = new TextPipeline(new AddedVocabulary(vocabulary.AddedTokens(), text => text, longestFirst: true), new LlamaCppBertNormalizer(), splits, new PhantomSpaceModel(vocabulary.Vocabulary, unknown)),
            PostProcessor = GgufBpeLoader.Frame(vocabulary.Token(first), vocabulary.Token(last)),
            IdDecoder = new SentencePieceDecoder(pieces) { ShowControl = true, CleanSpaces = true },
            SpecialTokens = vocabulary.SpecialTokens with { Unk = vocabulary.Token(unknown), Sep = vocabulary.Token(last), Cls = vocabulary.Token(first) },
        });
    }
}
