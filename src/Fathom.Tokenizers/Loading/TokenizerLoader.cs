using Fathom.Formats;

namespace Fathom.Tokenizers.Loading;

/// <summary>Finds out what a path holds and loads it.</summary>
internal static class TokenizerLoader
{
    /// <summary>Loads from a file or folder.</summary>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            using var file = GgufFile.Open(path);
            return Tokenizer.FromGguf(file);
        }

        throw new FathomException($"{path}: not a tokenizer that is known here.");
    }

    /// <summary>Makes a tokenizer from the content of a tokenizer.json.</summary>
    public static Tokenizer FromJson(ReadOnlySpan<byte> utf8, string name, TokenizerConfiguration configuration) => new(TokenizerJsonReader.Read(utf8, name, configuration));
}
