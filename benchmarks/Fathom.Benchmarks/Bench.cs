using Fathom.Tensors;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Benchmarks;

/// <summary>What all benchmarks share: the device, the probes' pool, rounds.</summary>
internal sealed unsafe class Bench(Device device, int? vectorBits, int rounds, bool processorTime) : IDisposable
{
    private readonly NativePool _pool = new();

    public Device Device { get; } = device;

    /// <summary>The vector width asked for, if one was.</summary>
    public int? VectorBits { get; } = vectorBits;

    public int Rounds { get; } = rounds;

    public WorkPool Workers => field ??= new WorkPool(Device.Threads, _pool);

    /// <summary>The clock, or the processor time of this process.</summary>
    public TimeSpan Now() => processorTime ? Environment.CpuUsage.TotalTime : System.Diagnostics.Stopwatch.GetElapsedTime(0);

    public Timing NewTiming(double minimumSeconds = 0.01) => new(Rounds, minimumSeconds, processorTime);

    public byte* ReadBuffer
    {
        get
        {
            if (field == null)
            {
                field = (byte*)_pool.Rent((long)Probes.BytesRead);
                new Span<byte>(field, (int)Probes.BytesRead).Fill(1);
            }

            return field;
        }
    }

    /// <summary>Random floats from the device's pool, kept to the end.</summary>
    public float* Floats(long count)
    {
        var floats = (float*)_pool.Rent(count * sizeof(float));
        var random = new CounterRandom(2);
        for (var i = 0L; i < count; i++)
        {
            floats[i] = random.NextSingle() - 0.5f;
        }

        return floats;
    }

    public void Dispose()
    {
        Workers.Dispose();
        Device.Dispose();
    }
}
