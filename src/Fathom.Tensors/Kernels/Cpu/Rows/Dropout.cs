using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>Dropout row by row; see <see cref="DropoutMask"/> for which numbers go.</summary>
internal unsafe struct Dropout
{
    /// <summary>The rows, in place.</summary>
    public float* X;

    /// <summary>Numbers in a row.</summary>
    public int Width;

    /// <summary>Where each row stands.</summary>
    public DropoutPlace* Places;

    /// <summary>Seed, rate and site.</summary>
    public DropoutMask Mask;

    /// <summary>Whether to use vectors of 256 bits.</summary>
    public bool Wide;

    /// <summary>Rows from and to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(void* state, long from, long to)
    {
        var job = (Dropout*)state;
        for (var row = from; row < to; row++)
        {
            var x = job->X + row * job->Width;
            var groups = job->Width / DropoutMask.Group;
            if (job->Wide) Vectors(x, groups, job->Places[row], job->Mask);
            else Words(x, groups, job->Places[row], job->Mask);
            ScalarDropout.Row(x, groups * DropoutMask.Group, job->Width, job->Places[row], job->Mask);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Vectors(float* x, int groups, DropoutPlace place, DropoutMask mask)
    {
        var scale = Vector256.Create(mask.Scale);
        var threshold = Vector256.Create(mask.Threshold);
        var counters = Vector256<uint>.Indices;
        for (var group = 0; group < groups; group++, x += DropoutMask.Group)
        {
            var (a, b, c, d) = (counters, Vector256.Create(place.Position), Vector256.Create(mask.Site), Vector256.Create(place.Pass));
            Philox256.Run(ref a, ref b, ref c, ref d, mask.Key);
            Keep(a, threshold, scale, x);
            Keep(b, threshold, scale, x + 8);
            Keep(c, threshold, scale, x + 16);
            Keep(d, threshold, scale, x + 24);
            counters += Vector256.Create(8u);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector256<uint> numbers, Vector256<uint> threshold, Vector256<float> scale, float* x)
    {
        var kept = Vector256.GreaterThanOrEqual(numbers, threshold).AsSingle();
        (Vector256.Load(x) * scale & kept).Store(x);
    }

    // Four columns a counter, for where there are no such vectors.
    private static void Words(float* x, int groups, DropoutPlace place, DropoutMask mask)
    {
        for (var counter = 0; counter < groups * 8; counter++)
        {
            var to = x + counter / 8 * DropoutMask.Group + counter % 8;
            var (a, b, c, d) = CounterRandom.Philox(((uint)counter, place.Position, mask.Site, place.Pass), mask.Key);
            to[0] = a < mask.Threshold ? 0f : to[0] * mask.Scale;
            to[8] = b < mask.Threshold ? 0f : to[8] * mask.Scale;
            to[16] = c < mask.Threshold ? 0f : to[16] * mask.Scale;
            to[24] = d < mask.Threshold ? 0f : to[24] * mask.Scale;
        }
    }
}
