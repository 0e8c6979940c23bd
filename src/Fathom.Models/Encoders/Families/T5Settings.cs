using Fathom.Models.Encoders.TextToText;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>What a T5's config.json says.</summary>
internal sealed record T5Settings
{
    /// <summary>Shape of both halves.</summary>
    public required TextToTextConfig Config { get; init; }

    /// <summary>Epsilon of every norm.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Activation of the feed-forward layers.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Whether they have a gate.</summary>
    public required bool Gated { get; init; }

    /// <summary>Buckets of distances.</summary>
    public required int Buckets { get; init; }

    /// <summary>Distance from which on there is one bucket.</summary>
    public required int LongestDistance { get; init; }

    /// <summary>Whether the head is the embedding table, unless the file has another.</summary>
    public required bool Tied { get; init; }

    /// <summary>Whether states are divided by the root of the width before the head, where the file says it; otherwise they are if the head is tied.</summary>
    public required bool? ScalesHead { get; init; }
}
