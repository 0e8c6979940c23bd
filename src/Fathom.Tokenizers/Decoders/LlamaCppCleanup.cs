using System.Text.RegularExpressions;

namespace Fathom.Tokenizers.Decoders;

/// <summary>llama.cpp's clean-up of spaces before punctuation and in English contractions.</summary>
internal static partial class LlamaCppCleanup
{
    /// <summary>Cleans a text.</summary>
    public static string Clean(string text) =>
        Contractions().Replace(Apostrophes().Replace(Punctuation().Replace(text, "${mark}"), "'"), "'${ending}");

    [GeneratedRegex(" (?<mark>[?!.,])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex Punctuation();

    [GeneratedRegex(" ' ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex Apostrophes();

    [GeneratedRegex(" '(?<ending>s|m|re|ve)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex Contractions();
}
