using Fathom.Models.Architectures;

namespace Fathom.Models.Encoders.Families;

/// <summary>The families of encoders that can be loaded.</summary>
internal static class EncoderFamilies
{
    private static readonly IEncoderFamily[] All = [new BertFamily(), new RobertaFamily(), new DebertaFamily(), new DebertaV2Family(), new ModernBertFamily(), new T5Family()];

    /// <summary>Every <c>model_type</c> that is known.</summary>
    public static IEnumerable<string> Types => All.SelectMany(family => family.Types).Order(StringComparer.Ordinal);

    /// <summary>Whether a <c>model_type</c> is an encoder's.</summary>
    public static bool Knows(string? type) => Array.Exists(All, family => family.Types.Contains(type));

    /// <summary>The family of a config.json.</summary>
    /// <exception cref="FathomException">It is not known; the message lists those that are.</exception>
    public static IEncoderFamily Of(HuggingFaceConfig config)
    {
        var type = config.String("model_type") ?? throw new FathomException($"{config.File}: model_type is missing, so the architecture is not known; known encoders are {string.Join(", ", Types)}");
        return Array.Find(All, family => family.Types.Contains(type))
            ?? throw new FathomException($"{config.File}: model_type '{ConfigText.Printable(type)}' is not a known encoder; known are {string.Join(", ", Types)}");
    }
}
