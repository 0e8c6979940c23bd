using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A function of one number, written for any number of them side by side.</summary>
internal interface IActivation
{
    /// <summary>The function.</summary>
    static abstract T Value<T>(T x)
        where T : struct, INumbers<T>;

    /// <summary>Its derivative.</summary>
    static abstract T Slope<T>(T x)
        where T : struct, INumbers<T>;
}
