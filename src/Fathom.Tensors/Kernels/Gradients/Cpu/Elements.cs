namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Arrays of one length, those that are written first, and factors: operands of an <see cref="IElementOperation{T}"/>.</summary>
internal unsafe struct Elements
{
    /// <summary>The arrays; null where an operation allows it.</summary>
    public float* A, B, C, D, E;

    /// <summary>Factors.</summary>
    public AdamWFactors Factors;

    /// <summary>A single factor.</summary>
    public float Factor;
}
