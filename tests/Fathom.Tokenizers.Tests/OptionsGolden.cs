using System.Text.Json;

namespace Fathom.Tokenizers.Tests;

/// <summary>Truncation and padding as the golden files write them.</summary>
internal static class OptionsGolden
{
    /// <summary>Truncation options.</summary>
    public static TruncationOptions? Truncation(JsonElement e) => e.ValueKind != JsonValueKind.Object ? null : new TruncationOptions
    {
        MaxLength = e.GetProperty("max_length").GetInt32(),
        Stride = e.TryGetProperty("stride", out var stride) ? stride.GetInt32() : 0,
        Side = e.TryGetProperty("direction", out var side) && side.GetString() == "left" ? TextSide.Left : TextSide.Right,
        Strategy = (e.TryGetProperty("strategy", out var strategy) ? strategy.GetString() : null) switch
        {
            "only_first" => TruncationStrategy.OnlyFirst,
            "only_second" => TruncationStrategy.OnlySecond,
            _ => TruncationStrategy.LongestFirst,
        },
    };

    /// <summary>Padding options.</summary>
    public static PaddingOptions? Padding(JsonElement e) => e.ValueKind != JsonValueKind.Object ? null : new PaddingOptions
    {
        Length = e.TryGetProperty("length", out var length) ? length.GetInt32() : null,
        MultipleOf = e.TryGetProperty("pad_to_multiple_of", out var multiple) ? multiple.GetInt32() : null,
        PadId = e.TryGetProperty("pad_id", out var id) ? id.GetInt32() : 0,
        PadTypeId = e.TryGetProperty("pad_type_id", out var type) ? type.GetInt32() : 0,
        PadToken = e.TryGetProperty("pad_token", out var token) ? token.GetString()! : "[PAD]",
        Side = e.TryGetProperty("direction", out var side) && side.GetString() == "left" ? TextSide.Left : TextSide.Right,
    };
}
