namespace Fathom.Models.Architectures;

/// <summary>Quotes what a file says without letting it forge or flood a message.</summary>
internal static class ConfigText
{
    private const int Longest = 64;

    public static string Printable(string text)
    {
        var kept = string.Concat(text.Take(Longest).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > Longest ? kept + "…" : kept;
    }
}
