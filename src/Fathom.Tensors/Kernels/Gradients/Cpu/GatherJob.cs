using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Rows picked out of a table, and their gradients added back: a task there is a few columns, so that a row taken twice has one writer.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct GatherJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Columns of a task on the way back.</summary>
    public const int Columns = 64;

    /// <summary>The table <c>[any, Width]</c> and what was picked <c>[Count, Width]</c>.</summary>
    public float* Table, Picked;

    /// <summary>Which rows.</summary>
    public int* Rows;

    /// <summary>Sizes.</summary>
    public int Count, Width;

    /// <summary>Copies picked rows from..to.</summary>
    public static void Forward(void* state, long from, long to)
    {
        var job = (GatherJob<T>*)state;
        for (var row = from; row < to; row++)
        {
            new ReadOnlySpan<float>(job->Table + (long)job->Rows[row] * job->Width, job->Width).CopyTo(new Span<float>(job->Picked + row * job->Width, job->Width));
        }
    }

    /// <summary>Adds columns of runs from..to, row after row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(void* state, long from, long to)
    {
        var job = (GatherJob<T>*)state;
        var (first, last) = (from * Columns, Math.Min(job->Width, to * Columns));
        for (var row = 0; row < job->Count; row++)
        {
            var source = job->Picked + (long)row * job->Width;
            var target = job->Table + (long)job->Rows[row] * job->Width;
            var i = first;
            for (; i <= last - 16; i += 16)
            {
                T.Store(T.Add(T.Load(target + i), T.Load(source + i)), target + i);
            }

            for (; i < last; i++)
            {
                target[i] += source[i];
            }
        }
    }
}
