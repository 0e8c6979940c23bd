using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A = factor B.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct ScaleOperation<T> : IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    public static int Outputs => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at) => T.Store(T.Multiply(T.Broadcast(e.Factor), T.Load(e.B + at)), e.A + at);
}
