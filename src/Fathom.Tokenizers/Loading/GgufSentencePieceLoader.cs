using Fathom.Tokenizers.Added;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Models;
using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Pipeline;

namespace Fathom.Tokenizers.Loading;

/// <summary>The vocabularies in GGUF files that come from SentencePiece: kinds <c>llama</c> (BPE by scores) and <c>t5</c> (Unigram).</summary>
internal static class GgufSentencePieceLoader
{
    /// <summary>Makes the tokenizer of a file of kind <c>llama</c>.</summary>
    public static Tokenizer LoadBpe(GgufVocabulary vocabulary)
    {
        var pieces = vocabulary.Pieces(unknown: 0);
        var addSpace = vocabulary.Flag("add_space_prefix", true);
        var model = new SentencePieceBpeModel(pieces, pieces.ByteIds(orPlain: true), freeze: false);
        var normalizer = new SentencePieceNormalizer(null, []) { AddSpace = addSpace };
        return Make(vocabulary, pieces, model, normalizer, addSpace, StripsRight(vocabulary), addBos: true, addEos: false, bos: 1, eos: 2);
    }

    /// <summary>Makes the tokenizer of a file of kind <c>t5</c>.</summary>
    public static Tokenizer LoadUnigram(GgufVocabulary vocabulary)
    {
        var pieces = vocabulary.Pieces(unknown: 2);
        var addSpace = vocabulary.Flag("add_space_prefix", false);
        var joinSpaces = vocabulary.Flag("remove_extra_whitespaces", false);
        var userDefined = Enumerable.Range(0, pieces.Types.Length).Where(id => pieces.Types[id] == PieceTypes.UserDefined).Select(id => pieces.Vocabulary.Token(id)!).ToArray();
        var normalizer = new SentencePieceNormalizer(ReadMap(vocabulary), userDefined) { AddSpace = addSpace || joinSpaces, JoinSpaces = joinSpaces, SkipBlank = true };
        var model = new SentencePieceUnigramModel(pieces, null, single: false);
        return Make(vocabulary, pieces, model, normalizer, addSpace, null, addBos: false, addEos: true, bos: -1, eos: 1);
    }

    private static Tokenizer Make(GgufVocabulary vocabulary, SentencePieces pieces, TokenModel model, SentencePieceNormalizer normalizer, bool addSpace, Func<int, bool>? stripsRight, bool addBos, bool addEos, int bos, int eos)
    {
        var special = vocabulary.SpecialTokens with
        {
            Bos = vocabulary.Token(vocabulary.Id("bos_token_id", bos)),
            Eos = vocabulary.Token(vocabulary.Id("eos_token_id", eos)),
            Unk = vocabulary.Token(pieces.Unknown),
        };
        return new Tokenizer(new TokenizerParts
        {
            Pipeline = new TextPipeline(new AddedVocabulary(vocabulary.AddedTokens(stripsRight), text => text, longestFirst: true), normalizer, null, model),
            PostProcessor = GgufBpeLoader.Frame(vocabulary.Flag("add_bos_token", addBos) ? special.Bos : null, vocabulary.Flag("add_eos_token", addEos) ? special.Eos : null),
            IdDecoder = new SentencePieceDecoder(pieces) { DropFirstSpace = addSpace, OnlyFirstPiece = true, ShowControl = true },
            SpecialTokens = special,
            ChatTemplate = vocabulary.Metadata.String("tokenizer.chat_template", null),
        });
    }

    // llama.cpp lets the special tokens of Phi-3 take the white space behind them; the file does not say so.
    private static Func<int, bool>? StripsRight(GgufVocabulary vocabulary)
    {
        var name = vocabulary.Metadata.String("general.name", "").ToLowerInvariant();
        if (!name.Contains("phi-3", StringComparison.Ordinal) && !name.Contains("phi3", StringComparison.Ordinal))
            return null;
        return id => vocabulary.Vocabulary.Token(id) is not ("<unk>" or "<s>" or "<|endoftext|>");
    }

    private static CharacterMap? ReadMap(GgufVocabulary vocabulary)
    {
        if (!vocabulary.Metadata.TryGet("tokenizer.ggml.precompiled_charsmap", out var value))
            return null;
        var bytes = Array.ConvertAll(value.AsArray().ToInt64s(), b => unchecked((byte)b));
        return bytes.Length == 0 ? null : new CharacterMap(bytes, vocabulary.Source);
    }
}
