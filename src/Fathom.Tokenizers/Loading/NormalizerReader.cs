using Fathom.Tokenizers.Normalizers;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads one normalizer.</summary>
    public static INormalizer Read(JsonView view) => view.Type switch
    {
        "Sequence" => new NormalizerSequence([.. view.Views("normalizers").Select(Read)]),
        "NFC" => new UnicodeNormalizer(UnicodeForm.Composed),
        "NFD" => new UnicodeNormalizer(UnicodeForm.Decomposed),
        "NFKC" => new UnicodeNormalizer(UnicodeForm.CompatibleComposed),
        "NFKD" => new UnicodeNormalizer(UnicodeForm.Compatible),
        "Lowercase" => new LowercaseNormalizer(),
        "Strip" => new StripNormalizer(view.Flag("strip_left", true), view.Flag("strip_right", true)),
        "StripAccents" => new StripAccentsNormalizer(),
        "Nmt" => new NmtNormalizer(),
        "ByteLevel" => new ByteLevelNormalizer(),
        "Prepend" => new PrependNormalizer(view.Text("prepend")),
        "Replace" => new ReplaceNormalizer(view.Pattern("pattern"), view.Text("content")),
        "Precompiled" => new PrecompiledNormalizer(ReadMap(view)),
        "BertNormalizer" => new BertNormalizer(
            view.Flag("clean_text", true),
            view.Flag("handle_chinese_chars", true),
            view.Flag("strip_accents", view.Flag("lowercase", true)),
            view.Flag("lowercase", true)),
        var other => throw view.Wrong($"is of type '{other}', which is not known here"),
    };

    private static CharacterMap ReadMap(JsonView view)
    {
        var text = view.Text("precompiled_charsmap");
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            ? new CharacterMap(bytes.AsSpan(0, count), view.Source)
            : throw view.Wrong("has a 'precompiled_charsmap' that is not base64");
    }
}
