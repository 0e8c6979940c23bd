using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.PostProcessors;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>What a loader hands to a tokenizer.</summary>
internal sealed record TokenizerParts
{
    /// <summary>From text to tokens.</summary>
    public required TextPipeline Pipeline { get; init; }

    /// <summary>Puts special tokens in, if anything does.</summary>
    public IPostProcessor? PostProcessor { get; init; }

    /// <summary>From token strings to text; without one they are joined by spaces.</summary>
    public IDecoder? Decoder { get; init; }

    /// <summary>From ids to text, where the tokens' strings do not tell; goes before <see cref="Decoder"/>.</summary>
    public IIdDecoder? IdDecoder { get; init; }

    /// <summary>The named special tokens.</summary>
    public SpecialTokens SpecialTokens { get; init; } = new();

    /// <summary>Truncation that the file asks for.</summary>
    public TruncationOptions? Truncation { get; init; }

    /// <summary>Padding that the file asks for.</summary>
    public PaddingOptions? Padding { get; init; }

    /// <summary>Source of the chat template.</summary>
    public string? ChatTemplate { get; init; }
}
