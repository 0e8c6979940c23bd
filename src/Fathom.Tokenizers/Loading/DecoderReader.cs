using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.PreTokenizers;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderReader
{
    /// <summary>Reads one decoder.</summary>
    public static IDecoder Read(JsonView view) => view.Type switch
    {
        "Sequence" => new DecoderSequence([.. view.Views("decoders").Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => new WordPieceDecoder(view.Text("prefix"), view.Flag("cleanup", true)),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Metaspace" => new MetaspaceDecoder(PreTokenizerReader.Replacement(view), PreTokenizerReader.Prefix(view) != MetaspacePrefix.Never),
        "BPEDecoder" => new BpeDecoder(view.Text("suffix")),
        "CTC" => new CtcDecoder(view.Text("pad_token"), view.Text("word_delimiter_token"), view.Flag("cleanup", true)),
        "Strip" => new StripDecoder(view.Text("content"), view.Count("start"), view.Count("stop")),
        "Replace" => new ReplaceDecoder(view.Pattern("pattern"), view.Text("content")),
        var other => throw view.Wrong($"is of type '{other}', which is not known here"),
    };
}
