using Fathom.Formats;

namespace Fathom.Tokenizers.Loading;

/// <summary>Makes tokenizers from the vocabularies inside GGUF files, to give what llama.cpp gives.</summary>
internal static class GgufTokenizerLoader
{
    /// <summary>Loads the vocabulary.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="pre">Takes the place of the file's <c>tokenizer.ggml.pre</c>; for tests.</param>
    public static Tokenizer Load(GgufMetadata metadata, string source, string? pre = null)
    {
        var vocabulary = new GgufVocabulary(metadata, source);
        var kind = metadata.String("tokenizer.ggml.model", null) ?? throw new FathomException($"{source}: has no 'tokenizer.ggml.model', so no vocabulary. Take a file that has its tokenizer inside, or give a tokenizer.json.");
        return kind switch
        {
            "gpt2" => GgufBpeLoader.Load(vocabulary, pre ?? metadata.String("tokenizer.ggml.pre", "default")),
            GgufBpeLoader.Gemma4 => GgufBpeLoader.LoadMarked(vocabulary),
            "llama" => GgufSentencePieceLoader.LoadBpe(vocabulary),
            "t5" => GgufSentencePieceLoader.LoadUnigram(vocabulary),
            "bert" => GgufBertLoader.Load(vocabulary),
            _ => throw new FathomException($"{source}: tokenizer kind '{kind}' (tokenizer.ggml.model) is not known here; known are gpt2, gemma4, llama, t5 and bert. Give the model's tokenizer.json instead."),
        };
    }
}
