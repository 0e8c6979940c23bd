using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Rotary positions, in place.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct Rotation<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows and the floats from row to row.</summary>
    public float* X;
    public int Stride;

    /// <summary>Heads, numbers in a head, numbers of it that turn.</summary>
    public int Heads, HeadDim, RotaryDim;

    /// <summary>Tables <c>[rows, RotaryDim / 2]</c>.</summary>
    public float* Cos, Sin;

    /// <summary>Rotates rows from..to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(void* state, long from, long to)
    {
        var job = (Rotation<T>*)state;
        var half = job->RotaryDim / 2;
        for (var row = from; row < to; row++)
        {
            var cos = job->Cos + row * half;
            var sin = job->Sin + row * half;
            for (var head = 0; head < job->Heads; head++)
            {
                var a = job->X + row * job->Stride + head * job->HeadDim;
                var b = a + half;
                var i = 0;
                for (; i <= half - 16; i += 16)
                {
                    var x = T.Load(a + i);
                    var y = T.Load(b + i);
                    var c = T.Load(cos + i);
                    var s = T.Load(sin + i);
                    T.Store(T.Subtract(T.Multiply(x, c), T.Multiply(y, s)), a + i);
                    T.Store(T.Add(T.Multiply(y, c), T.Multiply(x, s)), b + i);
                }

                for (; i < half; i++)
                {
                    var x = a[i];
                    var y = b[i];
                    a[i] = x * cos[i] - y * sin[i];
                    b[i] = y * cos[i] + x * sin[i];
                }
            }
        }
    }
}
