using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>
/// What llama.cpp's graph of an architecture can do: a model that needs more would run there with other numbers, so it is refused.
/// Facts from llama.cpp's <c>src/models/*.cpp</c> (v0.5.0).
/// </summary>
/// <param name="Architecture">Value of <c>general.architecture</c>.</param>
internal sealed record GgufRules(string Architecture)
{
    /// <summary>Whether the rows of queries and keys have the two halves of a head interleaved.</summary>
    public bool Woven { get; init; }

    /// <summary>Whether all four projections of attention may have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether queries, keys and values may have biases though the output has none.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the feed-forward may have biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether biases must be there wherever they may.</summary>
    public bool BiasesRequired { get; init; }

    /// <summary>Whether a head may be of another width than width / heads.</summary>
    public bool OwnHeadWidth { get; init; }

    /// <summary>Whether a part of each head may be turned.</summary>
    public bool PartialRope { get; init; }

    /// <summary>Whether the tensor <c>rope_freqs</c> is looked at.</summary>
    public bool Divisors { get; init; }

    /// <summary>Whether the tensors of long and short factors are looked at.</summary>
    public bool LongRope { get; init; }

    /// <summary>Whether windows are looked at.</summary>
    public bool Windows { get; init; }

    /// <summary>Where the head is.</summary>
    public GgufHead Head { get; init; }

    /// <summary>The activation.</summary>
    public Activation Activation { get; init; } = Activation.Silu;
}
