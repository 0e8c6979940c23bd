using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Runs an elementwise operation over whole arrays, shared out over the threads.</summary>
/// <typeparam name="T">The lanes.</typeparam>
/// <typeparam name="TOperation">The operation.</typeparam>
internal static unsafe class ElementJob<T, TOperation>
    where T : struct, ILanes<T>
    where TOperation : struct, IElementOperation<T>
{
    private const long Grain = 16 * 1024;
    private const int Arrays = 5;

    /// <summary>Computes <paramref name="count"/> numbers.</summary>
    public static void Run(WorkPool workers, long count, Elements elements) => RangeJob.Run(workers, count, Grain, &Body, &elements);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Body(void* state, long from, long to)
    {
        var elements = *(Elements*)state;
        var i = from;
        for (; i <= to - 16; i += 16)
        {
            TOperation.Run(elements, i);
        }

        if (i < to)
        {
            Tail(elements, i, (int)(to - i));
        }
    }

    // The last few numbers go through a copy, so that no operation needs code of its own for them.
    private static void Tail(Elements elements, long at, int count)
    {
        var buffer = stackalloc float[16 * Arrays];
        new Span<float>(buffer, 16 * Arrays).Clear();
        var copy = elements;
        var from = &elements.A;
        var to = &copy.A;
        for (var i = 0; i < Arrays; i++)
        {
            if (from[i] != null)
            {
                to[i] = buffer + 16 * i;
                new ReadOnlySpan<float>(from[i] + at, count).CopyTo(new Span<float>(to[i], count));
            }
        }

        TOperation.Run(copy, 0);
        for (var i = 0; i < TOperation.Outputs; i++)
        {
            if (from[i] != null)
            {
                new ReadOnlySpan<float>(to[i], count).CopyTo(new Span<float>(from[i] + at, count));
            }
        }
    }
}
