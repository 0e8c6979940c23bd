using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>Rotary positions from one matrix into another; numbers of a head beyond the rotated ones pass unchanged.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal unsafe struct RotationJob<T>
    where T : struct, ILanes<T>
{
    /// <summary>Rows <c>[rows, Heads, HeadDim]</c> in and out.</summary>
    public float* From, To;

    /// <summary>Sizes; Half pairs of a head turn.</summary>
    public int Heads, HeadDim, Half;

    /// <summary>Tables <c>[rows, Half]</c>.</summary>
    public float* Cos, Sin;

    /// <summary>To = From turned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(void* state, long from, long to)
    {
        var job = (RotationJob<T>*)state;
        var half = job->Half;
        for (var at = from * job->Heads; at < to * job->Heads; at++)
        {
            var x = job->From + at * job->HeadDim;
            var y = job->To + at * job->HeadDim;
            var cos = job->Cos + at / job->Heads * half;
            var sin = job->Sin + at / job->Heads * half;
            var i = 0;
            for (; i <= half - 16; i += 16)
            {
                var (a, b, c, s) = (T.Load(x + i), T.Load(x + half + i), T.Load(cos + i), T.Load(sin + i));
                T.Store(T.Subtract(T.Multiply(a, c), T.Multiply(b, s)), y + i);
                T.Store(T.Add(T.Multiply(b, c), T.Multiply(a, s)), y + half + i);
            }

            for (; i < half; i++)
            {
                var (a, b) = (x[i], x[half + i]);
                y[i] = a * cos[i] - b * sin[i];
                y[half + i] = b * cos[i] + a * sin[i];
            }

            for (i = 2 * half; i < job->HeadDim; i++)
            {
                y[i] = x[i];
            }
        }
    }

    /// <summary>To += From turned back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(void* state, long from, long to)
    {
        var job = (RotationJob<T>*)state;
        var half = job->Half;
        for (var at = from * job->Heads; at < to * job->Heads; at++)
        {
            var dy = job->From + at * job->HeadDim;
            var dx = job->To + at * job->HeadDim;
            var cos = job->Cos + at / job->Heads * half;
            var sin = job->Sin + at / job->Heads * half;
            var i = 0;
            for (; i <= half - 16; i += 16)
            {
                var (a, b, c, s) = (T.Load(dy + i), T.Load(dy + half + i), T.Load(cos + i), T.Load(sin + i));
                T.Store(T.Add(T.Load(dx + i), T.Add(T.Multiply(a, c), T.Multiply(b, s))), dx + i);
                T.Store(T.Add(T.Load(dx + half + i), T.Subtract(T.Multiply(b, c), T.Multiply(a, s))), dx + half + i);
            }

            for (; i < half; i++)
            {
                var (a, b) = (dy[i], dy[half + i]);
                dx[i] += a * cos[i] + b * sin[i];
                dx[half + i] += b * cos[i] - a * sin[i];
            }

            for (i = 2 * half; i < job->HeadDim; i++)
            {
                dx[i] += dy[i];
            }
        }
    }
}
