namespace Fathom.Models.Architectures;

/// <summary>Feed-forwards of which a router chooses a few for every token.</summary>
public sealed record MixtureConfig
{
    /// <summary>Experts of a layer.</summary>
    public required int Experts { get; init; }

    /// <summary>Experts a token goes through.</summary>
    public required int PerToken { get; init; }

    /// <summary>Width inside an expert.</summary>
    public required int Width { get; init; }

    /// <summary>Whether the chosen experts' shares are made to sum to 1.</summary>
    public required bool Normalised { get; init; }

    /// <summary>Whether training is to add the loss that spreads tokens over the experts (<c>output_router_logits</c>, as transformers takes it).</summary>
    public bool AuxiliaryLoss { get; init; }

    /// <summary>Layers that have one ordinary feed-forward all the same; from 0.</summary>
    public IReadOnlyList<int> DenseLayers { get; init; } = [];
}
