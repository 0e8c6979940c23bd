namespace Fathom.Tokenizers;

/// <summary>How encodings are filled up to a common length.</summary>
public sealed record PaddingOptions
{
    /// <summary>The length, or <see langword="null"/> for that of the longest in the batch. Default: <see langword="null"/>.</summary>
    public int? Length { get; init; }

    /// <summary>The length is rounded up to a multiple of this. Default: <see langword="null"/>, no rounding.</summary>
    public int? MultipleOf { get; init; }

    /// <summary>Id of the padding token. Default: 0.</summary>
    public int PadId { get; init; }

    /// <summary>Type id of the padding token. Default: 0.</summary>
    public int PadTypeId { get; init; }

    /// <summary>String of the padding token. Default: <c>[PAD]</c>.</summary>
    public string PadToken { get; init; } = "[PAD]";

    /// <summary>On which side tokens are put in. Default: right.</summary>
    public TextSide Side { get; init; }
}
