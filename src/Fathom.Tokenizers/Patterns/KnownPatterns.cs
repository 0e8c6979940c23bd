namespace Fathom.Tokenizers.Patterns;

/// <summary>Regular expressions that have a hand-written scanner, several times as fast.</summary>
internal static class KnownPatterns
{
    /// <summary>The scanner of an expression, or the expression itself.</summary>
    public static Pattern Find(string regex) => regex switch
    {
        Gpt2Scanner.Source => Gpt2Scanner.Instance,
        Llama3Scanner.Llama3Source => new Llama3Scanner(3, longS: true),
        Llama3Scanner.Qwen2Source => new Llama3Scanner(1, longS: true),
        _ => new RegexPattern(regex),
    };
}
