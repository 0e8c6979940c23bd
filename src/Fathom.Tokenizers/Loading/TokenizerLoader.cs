using Fathom.Formats;

namespace Fathom.Tokenizers.Loading;

/// <summary>Finds out what a path holds and loads it.</summary>
internal static class TokenizerLoader
{
    private static readonly string[] SentencePieceNames = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];

    /// <summary>Loads from a file or folder.</summary>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            return LoadFolder(path);
        if (!File.Exists(path))
            throw new FathomException($"{path}: no such file or folder. Give a tokenizer.json, a .gguf or .model file, or a folder with one of them.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            return LoadGguf(path);
        if (path.EndsWith(".model", StringComparison.OrdinalIgnoreCase))
            return SentencePieceLoader.Load(LoadedFiles.Bytes(path), path);
        if (Path.GetFileName(path) is "vocab.json" or "merges.txt")
            return VocabularyFilesLoader.Load(folder, ConfigurationReader.Read(folder));
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return FromJson(LoadedFiles.Bytes(path), path, ConfigurationReader.Read(folder));
        throw new FathomException($"{path}: not a tokenizer that is known here. Give a tokenizer.json, a .gguf or .model file, or a folder with one of them.");
    }

    /// <summary>Makes a tokenizer from the content of a tokenizer.json.</summary>
    public static Tokenizer FromJson(ReadOnlySpan<byte> utf8, string name, TokenizerConfiguration configuration) =>
        new(TokenizerJsonReader.Read(utf8, name, configuration));

    private static Tokenizer LoadFolder(string folder)
    {
        var json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
            return Load(json);
        foreach (var name in SentencePieceNames)
        {
            if (File.Exists(Path.Combine(folder, name)))
                return Load(Path.Combine(folder, name));
        }

        if (File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt")))
            return VocabularyFilesLoader.Load(folder, ConfigurationReader.Read(folder));
        var gguf = Directory.GetFiles(folder, "*.gguf");
        return gguf.Length == 1
            ? LoadGguf(gguf[0])
            : throw new FathomException($"{folder}: has no tokenizer.json, tokenizer.model, vocab.json with merges.txt, nor just one .gguf file (it has {gguf.Length}). Give the file itself.");
    }

    private static Tokenizer LoadGguf(string path)
    {
        using var file = GgufFile.Open(path);
        return Tokenizer.FromGguf(file);
    }
}
