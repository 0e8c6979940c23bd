namespace Fathom.Tokenizers.Loading;

/// <summary>Reads SentencePiece models.</summary>
internal static class SentencePieceLoader
{
    /// <summary>Makes a tokenizer from a model file's content.</summary>
    public static Tokenizer Load(ReadOnlySpan<byte> content, string source) => throw new FathomException($"{source}: {content.Length}");
}
