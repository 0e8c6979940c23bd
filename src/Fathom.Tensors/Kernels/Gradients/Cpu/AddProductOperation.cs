using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>A += B C, rounded once.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct AddProductOperation<T> : IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    public static int Outputs => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at) => T.Store(T.Fma(T.Load(e.B + at), T.Load(e.C + at), T.Load(e.A + at)), e.A + at);
}
