using System.Collections.Concurrent;

namespace Fathom.Tokenizers.Tests;

/// <summary>The synthetic tokenizers, loaded once.</summary>
internal static class SyntheticTokenizers
{
    private static readonly ConcurrentDictionary<string, Tokenizer> Loaded = new();

    /// <summary>Loads a tokenizer.</summary>
    public static Tokenizer Get(string name) => Loaded.GetOrAdd(name, n => Tokenizer.FromJson(GoldenFiles.Read($"synthetic/{n}/tokenizer.json"), n));
}
