namespace Fathom.Models.Verification;

/// <summary>How far a value may be from the reference's.</summary>
public sealed record ReferenceTolerance
{
    /// <summary>Hidden states: largest difference over the largest magnitude of the tensor.</summary>
    public double States { get; init; } = 2e-5;

    /// <summary>Logits: as for <see cref="States"/>, or <see cref="LogitsAbsolute"/>, whichever is wider.</summary>
    public double Logits { get; init; } = 2e-5;

    /// <summary>Logits: absolute difference that is within tolerance in any case.</summary>
    public double LogitsAbsolute { get; init; } = 1e-4;

    /// <summary>Loss: absolute difference.</summary>
    public double Loss { get; init; } = 2e-5;

    /// <summary>Greedy tokens may differ where our two best logits are nearer than this.</summary>
    public double GreedyMargin { get; init; } = 5e-3;

    /// <summary>Gradients: largest difference over the largest entry of the gradient, beside <see cref="GradientFloor"/>.</summary>
    public double Gradients { get; init; } = 5e-5;

    /// <summary>Gradients: absolute difference added to what <see cref="Gradients"/> allows. Some are zero but for rounding (a key's bias without rotary positions).</summary>
    public double GradientFloor { get; init; } = 1e-7;

    /// <summary>Losses of ten steps of AdamW: absolute difference.</summary>
    public double Steps { get; init; } = 5e-5;

    /// <summary>Weights with an adapter merged into them: largest difference over the largest entry.</summary>
    public double Merged { get; init; } = 1e-6;
}
