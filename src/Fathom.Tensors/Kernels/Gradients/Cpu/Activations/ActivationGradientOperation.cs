using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A += C f'(B).</summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TActivation">f.</typeparam>
internal readonly unsafe struct ActivationGradientOperation<T, TActivation> : IElementOperation<T>
    where T : struct, ILanes<T>
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    public static int Outputs => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at) => T.Store(T.Fma(T.Load(e.C + at), TActivation.Slope(T.Load(e.B + at)), T.Load(e.A + at)), e.A + at);
}
