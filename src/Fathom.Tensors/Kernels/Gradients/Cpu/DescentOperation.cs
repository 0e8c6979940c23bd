using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A = kept A - rate B; B is cleared.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct DescentOperation<T> : IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    public static int Outputs => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at)
    {
        T.Store(T.Fma(T.Broadcast(-e.Factors.Rate), T.Load(e.B + at), T.Multiply(T.Broadcast(e.Factors.Kept), T.Load(e.A + at))), e.A + at);
        T.Store(T.Broadcast(0f), e.B + at);
    }
}
