namespace Fathom.Models.Architectures;

/// <summary>How a decoder knows where a token stands.</summary>
public enum PositionKind
{
    /// <summary>Queries and keys are turned (<see cref="DecoderConfig.Rope"/>).</summary>
    Rotary,

    /// <summary>A table's row is added to the embedding.</summary>
    Learnt,

    /// <summary>A head's slope times the key's position is added to the scores (ALiBi, arXiv 2108.12409).</summary>
    Alibi,
}
