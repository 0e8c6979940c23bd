namespace Fathom.Models.Positions;

/// <summary>How rotary frequencies are made from the base (the config's <c>rope_type</c>).</summary>
public enum RopeKind
{
    /// <summary>base^(-2i/d).</summary>
    Default,

    /// <summary>All frequencies divided by the factor (position interpolation).</summary>
    Linear,

    /// <summary>The base grows once the sequence is longer than the model's length (NTK-aware, dynamic).</summary>
    Dynamic,

    /// <summary>A ramp between kept and divided frequencies, and a factor on cos and sin (YaRN, arXiv 2309.00071).</summary>
    Yarn,

    /// <summary>High frequencies kept, low ones divided, a smooth band between (Llama 3.1).</summary>
    Llama3,

    /// <summary>Each frequency divided by its own number, of one list up to the original length and of another beyond it (LongRoPE, arXiv 2402.13753).</summary>
    LongRope,
}
