using Fathom.Tokenizers.Patterns;
using Fathom.Tokenizers.PreTokenizers;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    // The reference uses another library here, whose words have Unicode's recommended class.
    private static readonly RegexPattern Whitespace = new(@"[[:unicodeword:]]+|[^[:unicodeword:]\s]+");

    /// <summary>Reads one pre-tokenizer.</summary>
    public static IPreTokenizer Read(JsonView view) => view.Type switch
    {
        "Sequence" => new PreTokenizerSequence([.. view.Views("pretokenizers").Select(Read)]),
        "ByteLevel" => new ByteLevelPreTokenizer(view.Flag("add_prefix_space", true), view.Flag("use_regex", true)),
        "Digits" => new DigitsPreTokenizer(view.Flag("individual_digits", false)),
        "Split" => new SplitPreTokenizer(view.Pattern("pattern"), Behavior(view), view.Flag("invert", false)),
        "Punctuation" => new SplitPreTokenizer(CharPattern.Punctuation, Behavior(view), invert: false),
        "Whitespace" => new SplitPreTokenizer(Whitespace, SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new SplitPreTokenizer(CharPattern.WhiteSpace, SplitBehavior.Removed, invert: false),
        "BertPreTokenizer" => new PreTokenizerSequence([
            new SplitPreTokenizer(CharPattern.WhiteSpace, SplitBehavior.Removed, invert: false),
            new SplitPreTokenizer(CharPattern.Punctuation, SplitBehavior.Isolated, invert: false)]),
        "CharDelimiterSplit" => new SplitPreTokenizer(new CharPattern(CharClass.Single(OneCharacter(view, "delimiter"))), SplitBehavior.Removed, invert: false),
        "Metaspace" => new MetaspacePreTokenizer(Replacement(view), Prefix(view), view.Flag("split", true)),
        "UnicodeScripts" => new UnicodeScriptsPreTokenizer(),
        "FixedLength" => new FixedLengthPreTokenizer(view.Count("length", 5) is > 0 and var length ? length : throw view.Wrong("has a 'length' of 0")),
        var other => throw view.Wrong($"is of type '{other}', which is not known here"),
    };

    /// <summary>The character that Metaspace writes for a space.</summary>
    public static string Replacement(JsonView view)
    {
        OneCharacter(view, "replacement");
        return view.Text("replacement");
    }

    /// <summary>Before which pieces Metaspace puts its character.</summary>
    public static MetaspacePrefix Prefix(JsonView view) => view.OptionalText("prepend_scheme") switch
    {
        "always" => MetaspacePrefix.Always,
        "first" => MetaspacePrefix.First,
        "never" => MetaspacePrefix.Never,
        null => view.Flag("add_prefix_space", true) ? MetaspacePrefix.Always : MetaspacePrefix.Never,
        var other => throw view.Wrong($"has the prepend_scheme '{other}'; known are always, first and never"),
    };

    private static int OneCharacter(JsonView view, string key)
    {
        var text = view.Text(key);
        if (text.Length == 0 || CodePoints.At(text, 0, out var units) is var codePoint && units != text.Length)
            throw view.Wrong($"has a '{key}' that is not one character");
        return codePoint;
    }

    private static SplitBehavior Behavior(JsonView view) => view.OptionalText("behavior") switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" or null => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw view.Wrong($"has the behavior '{other}', which is not known here"),
    };
}
