using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>Attention of one layer.</summary>
internal sealed record AttentionPlan
{
    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Numbers in a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>To queries.</summary>
    public required LinearPlan Query { get; init; }

    /// <summary>To keys.</summary>
    public required LinearPlan Key { get; init; }

    /// <summary>To values.</summary>
    public required LinearPlan Value { get; init; }

    /// <summary>From the heads back to the width.</summary>
    public required LinearPlan Output { get; init; }

    /// <summary>Norm of the queries.</summary>
    public NormPlan? QueryNorm { get; init; }

    /// <summary>Norm of the keys.</summary>
    public NormPlan? KeyNorm { get; init; }

    /// <summary>Rotary positions; null where this layer has none.</summary>
    public RopeConfig? Rope { get; init; }

    /// <summary>Whether scores get what ALiBi adds.</summary>
    public bool Alibi { get; init; }

    /// <summary>Positions a query sees, itself included; 0 for all.</summary>
    public int Window { get; init; }

    /// <summary>Factor on the scores.</summary>
    public float Scale { get; init; }

    /// <summary>Soft cap of the scores; 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>Every tensor in the order of the pass.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors =>
        [.. Query.Tensors, .. Key.Tensors, .. Value.Tensors, .. Output.Tensors, .. QueryNorm?.Tensors ?? [], .. KeyNorm?.Tensors ?? []];

    /// <summary>Its linear layers.</summary>
    public IEnumerable<LinearPlan> Linears => [Query, Key, Value, Output];
}
