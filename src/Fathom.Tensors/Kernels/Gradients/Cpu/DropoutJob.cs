using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>To += scale From where a draw keeps it; see <see cref="DropoutDraw"/>. Runs must begin at multiples of 32.</summary>
internal unsafe struct DropoutJob
{
    /// <summary>Arrays of one length.</summary>
    public float* From, To;

    /// <summary>Which numbers stay.</summary>
    public DropoutDraw Draw;

    /// <summary>Numbers from..to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Range(void* state, long from, long to)
    {
        var job = (DropoutJob*)state;
        var i = from;
        if (Philox256.IsSupported)
        {
            var draw = job->Draw;
            var key = ((uint)draw.Seed, (uint)(draw.Seed >> 32));
            var threshold = Vector256.Create(draw.Threshold);
            var scale = Vector256.Create(draw.Scale);
            for (; i <= to - 32; i += 32)
            {
                // A group's eight counters differ in their low three bits alone.
                var counter = (ulong)(i / 4);
                var a = Vector256<uint>.Indices + Vector256.Create((uint)counter);
                var b = Vector256.Create((uint)(counter >> 32));
                var c = Vector256.Create((uint)draw.Stream);
                var d = Vector256.Create((uint)(draw.Stream >> 32));
                Philox256.Run(ref a, ref b, ref c, ref d, key);
                Keep(a, threshold, scale, job->From + i, job->To + i);
                Keep(b, threshold, scale, job->From + i + 8, job->To + i + 8);
                Keep(c, threshold, scale, job->From + i + 16, job->To + i + 16);
                Keep(d, threshold, scale, job->From + i + 24, job->To + i + 24);
            }
        }

        for (; i < to; i++)
        {
            if (job->Draw.Keeps(i))
            {
                job->To[i] = MathF.FusedMultiplyAdd(job->Draw.Scale, job->From[i], job->To[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<uint> words, Vector256<uint> threshold, Vector256<float> scale, float* from, float* to)
    {
        var kept = Vector256.GreaterThanOrEqual(words, threshold).AsSingle();
        var before = Vector256.Load(to);
        Vector256.ConditionalSelect(kept, Vector256.FusedMultiplyAdd(scale, Vector256.Load(from), before), before).Store(to);
    }
}
