using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>What a family assumes where its config.json does not say, for <see cref="LlamaConfigReader"/>.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>Key and value heads; null for as many as query heads. A key that says null means that too.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Numbers in a head; null for width / heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>The activation the family has read by itself; null for silu, anything else refused.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether the head is the embedding table.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Key of the norms' epsilon.</summary>
    public string NormEpsilonKey { get; init; } = "rms_norm_eps";

    /// <summary>The norms' epsilon.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>The rotary base.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>The share of each head that is turned; null in families that turn whole heads.</summary>
    public double? RotaryShare { get; init; }

    /// <summary>Rotary positions the family has read by itself.</summary>
    public RopeConfig? Rope { get; init; }
}
