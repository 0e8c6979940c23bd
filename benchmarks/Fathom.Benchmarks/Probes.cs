using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Benchmarks;

/// <summary>What the machine can do at this moment: fused multiply-adds and bytes read a second.</summary>
internal static unsafe class Probes
{
    private const int Steps = 200_000;
    private const long ReadBytes = 256L << 20;

    /// <summary>Operations of one <see cref="Fma"/> call per thread.</summary>
    public static double FmaOperations => 2.0 * 16 * 12 * Steps;

    /// <summary>Runs 12 independent chains of 16-lane FMAs on every thread of the pool.</summary>
    public static void Fma(WorkPool workers)
    {
        var job = new ProbeJob { Tasks = new WorkCounter(workers.Threads) };
        workers.Run(&FmaWork, &job);
    }

    /// <summary>Bytes of one <see cref="Read"/> call.</summary>
    public static double BytesRead => ReadBytes;

    /// <summary>Sums a buffer larger than the caches, shared out in 1 MiB pieces.</summary>
    public static void Read(WorkPool workers, byte* buffer)
    {
        var job = new ProbeJob { Tasks = new WorkCounter(ReadBytes >> 20), Buffer = buffer };
        workers.Run(&ReadWork, &job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FmaWork(void* state, NativePool pool)
    {
        var job = (ProbeJob*)state;
        while (job->Tasks.TryTake(out _))
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
                var x = Vector512.Create(0.5f);
                for (var step = 0; step < Steps; step++)
                {
                    a = Vector512.FusedMultiplyAdd(x, x, a);
                    b = Vector512.FusedMultiplyAdd(x, x, b);
                    c = Vector512.FusedMultiplyAdd(x, x, c);
                    d = Vector512.FusedMultiplyAdd(x, x, d);
                    e = Vector512.FusedMultiplyAdd(x, x, e);
                    f = Vector512.FusedMultiplyAdd(x, x, f);
                    g = Vector512.FusedMultiplyAdd(x, x, g);
                    h = Vector512.FusedMultiplyAdd(x, x, h);
                    i = Vector512.FusedMultiplyAdd(x, x, i);
                    j = Vector512.FusedMultiplyAdd(x, x, j);
                    k = Vector512.FusedMultiplyAdd(x, x, k);
                    l = Vector512.FusedMultiplyAdd(x, x, l);
                }

                job->Sink += Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
            }
            else
            {
                Vector256<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
                var x = Vector256.Create(0.5f);
                for (var step = 0; step < 2 * Steps; step++)
                {
                    a = Vector256.FusedMultiplyAdd(x, x, a);
                    b = Vector256.FusedMultiplyAdd(x, x, b);
                    c = Vector256.FusedMultiplyAdd(x, x, c);
                    d = Vector256.FusedMultiplyAdd(x, x, d);
                    e = Vector256.FusedMultiplyAdd(x, x, e);
                    f = Vector256.FusedMultiplyAdd(x, x, f);
                    g = Vector256.FusedMultiplyAdd(x, x, g);
                    h = Vector256.FusedMultiplyAdd(x, x, h);
                    i = Vector256.FusedMultiplyAdd(x, x, i);
                    j = Vector256.FusedMultiplyAdd(x, x, j);
                    k = Vector256.FusedMultiplyAdd(x, x, k);
                    l = Vector256.FusedMultiplyAdd(x, x, l);
                }

                job->Sink += Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadWork(void* state, NativePool pool)
    {
        var job = (ProbeJob*)state;
        while (job->Tasks.TryTake(out var task))
        {
            var from = (uint*)(job->Buffer + (task << 20));
            Vector256<uint> a = default, b = a, c = a, d = a;
            for (var i = 0; i < (1 << 18); i += 32)
            {
                a += Vector256.Load(from + i);
                b += Vector256.Load(from + i + 8);
                c += Vector256.Load(from + i + 16);
                d += Vector256.Load(from + i + 24);
            }

            job->Sink += Vector256.Sum(a + b + c + d);
        }
    }

    private struct ProbeJob
    {
        public WorkCounter Tasks;
        public byte* Buffer;
        public double Sink;
    }
}
