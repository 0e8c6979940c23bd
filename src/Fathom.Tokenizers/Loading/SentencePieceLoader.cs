using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Pipeline;

namespace Fathom.Tokenizers.Loading;

/// <summary>Makes tokenizers from SentencePiece models, to give what SentencePiece gives.</summary>
internal static class SentencePieceLoader
{
    /// <summary>Makes a tokenizer from a model file's content.</summary>
    public static Tokenizer Load(ReadOnlySpan<byte> content, string source)
    {
        var file = SentencePieceFile.Read(content, source);
        var pieces = file.Pieces;
        var fallback = file.ByteFallback ? pieces.ByteIds(orPlain: false) : null;
        TokenModel model = file.ModelType switch
        {
            1 => new SentencePieceUnigramModel(pieces, fallback, single: true),
            2 => new SentencePieceBpeModel(pieces, fallback, freeze: true),
            3 => new SentencePieceCharModel(pieces, fallback, words: true),
            4 => new SentencePieceCharModel(pieces, fallback, words: false),
            var other => throw new FathomException($"{source}: model type {other} is not known here; known are 1 (unigram), 2 (bpe), 3 (word) and 4 (char)."),
        };
        var userDefined = Enumerable.Range(0, pieces.Types.Length).Where(id => pieces.Types[id] == PieceTypes.UserDefined).Select(id => pieces.Vocabulary.Token(id)!).ToArray();
        var map = file.CharacterMap.Length > 0 ? new CharacterMap(file.CharacterMap, source) : null;
        var normalizer = new SentencePieceNormalizer(map, userDefined)
        {
            AddSpace = file.AddDummyPrefix,
            JoinSpaces = file.RemoveExtraSpaces,
            EscapeSpaces = file.EscapeSpaces,
            SpaceBehind = file.SpaceAsSuffix,
        };
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = new TextPipeline(new AddedVocabulary([], text => text), normalizer, null, model),
            IdDecoder = new SentencePieceDecoder(pieces) { DropFirstSpace = file.AddDummyPrefix, DropAllSpaces = file.RemoveExtraSpaces, UnknownText = file.UnknownText },
            SpecialTokens = new SpecialTokens { Bos = Named(file.Bos), Eos = Named(file.Eos), Unk = Named(pieces.Unknown), Pad = Named(file.Pad) },
        });

        SpecialToken? Named(int id) => pieces.Vocabulary.Token(id) is { } text ? new SpecialToken(text, id) : null;
    }
}
