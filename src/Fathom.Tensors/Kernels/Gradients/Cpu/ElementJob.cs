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

    // The operation is called in one place, for whole and for broken runs alike, in a method that is not short: the compiler inlines in
    // proportion to the length of the caller, and an operation it leaves half uninlined takes ten times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Body(void* state, long from, long to)
    {
        var elements = *(Elements*)state;
        var arrays = &elements.A;
        var originals = stackalloc float*[Arrays];
        var copies = stackalloc float[16 * Arrays];
        var i = from;
        var end = from + (to - from) / 16 * 16;
        var rest = (int)(to - end);
        for (var broken = false; ; broken = true)
        {
            for (; i < end; i += 16)
            {
                TOperation.Run(elements, i);
            }

            for (var array = 0; broken && array < TOperation.Outputs; array++)
            {
                if (originals[array] != null)
                {
                    new ReadOnlySpan<float>(arrays[array], rest).CopyTo(new Span<float>(originals[array], rest));
                }
            }

            if (broken || rest == 0)
            {
                return;
            }

            // The last few numbers go through a copy, so that no operation needs code of its own for them.
            new Span<float>(copies, 16 * Arrays).Clear();
            for (var array = 0; array < Arrays; array++)
            {
                originals[array] = arrays[array] == null ? null : arrays[array] + end;
                if (originals[array] != null)
                {
                    arrays[array] = copies + 16 * array;
                    new ReadOnlySpan<float>(originals[array], rest).CopyTo(new Span<float>(arrays[array], rest));
                }
            }

            i = 0;
            end = 16;
        }
    }
}
