using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>An operation number by number, written for sixteen at a time.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal interface IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <summary>How many of the arrays, from the first on, are written.</summary>
    static abstract int Outputs { get; }

    /// <summary>Computes numbers at..at + 15.</summary>
    static abstract void Run(in Elements e, long at);
}
