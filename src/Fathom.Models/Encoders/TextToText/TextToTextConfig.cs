namespace Fathom.Models.Encoders.TextToText;

/// <summary>Shape of a model with an encoder and a decoder.</summary>
public sealed record TextToTextConfig
{
    /// <summary>The encoder's shape; widths, heads and vocabulary are the decoder's too.</summary>
    public required EncoderConfig Encoder { get; init; }

    /// <summary>Blocks of the decoder.</summary>
    public required int DecoderLayers { get; init; }

    /// <summary>The token a decoder begins with.</summary>
    public required int StartToken { get; init; }

    /// <summary>Ids after which generation stops.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];
}
