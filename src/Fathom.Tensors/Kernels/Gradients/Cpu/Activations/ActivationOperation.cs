using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A = f(B).</summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TActivation">f.</typeparam>
internal readonly unsafe struct ActivationOperation<T, TActivation> : IElementOperation<T>
    where T : struct, ILanes<T>
    where TActivation : struct, IActivation
{
    /// <inheritdoc/>
    public static int Outputs => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at) => T.Store(TActivation.Value(T.Load(e.B + at)), e.A + at);
}
