using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Operations number by number.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct Elementwise<T>
    where T : struct, ILanes<T>
{
    /// <summary>Inputs.</summary>
    public float* A, B;

    /// <summary>Output.</summary>
    public float* Y;

    /// <summary>y = silu(a) b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiluMultiply(void* state, long from, long to)
    {
        var job = (Elementwise<T>*)state;
        var i = from;
        for (; i <= to - 16; i += 16)
        {
            T.Store(T.Multiply(LaneMath<T>.Silu(T.Load(job->A + i)), T.Load(job->B + i)), job->Y + i);
        }

        if (i < to)
        {
            var count = (int)(to - i);
            LaneMath<T>.StorePart(T.Multiply(LaneMath<T>.Silu(LaneMath<T>.LoadPart(job->A + i, count, 0f)), LaneMath<T>.LoadPart(job->B + i, count, 0f)), job->Y + i, count);
        }
    }

    /// <summary>y += a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(void* state, long from, long to)
    {
        var job = (Elementwise<T>*)state;
        var i = from;
        for (; i <= to - 16; i += 16)
        {
            T.Store(T.Add(T.Load(job->Y + i), T.Load(job->A + i)), job->Y + i);
        }

        for (; i < to; i++)
        {
            job->Y[i] += job->A[i];
        }
    }
}
