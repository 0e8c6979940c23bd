using System.Runtime.InteropServices;

namespace Fathom.Tensors.Memory;

/// <summary>
/// 64-byte aligned native blocks in size classes (at most a quarter larger than asked for), given back to free lists and reused.
/// Steady work allocates nothing. Free bytes above a bound are returned to the system. Safe for several threads.
/// </summary>
internal sealed unsafe class NativePool : IDisposable
{
    private const long HugePage = 2L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<nint>> _free = [];
    private readonly long _mostFreeBytes;
    private readonly bool _keepsPeak;
    private bool _disposed;

    /// <summary>
    /// Makes an empty pool that keeps at most <paramref name="mostFreeBytes"/> unused; or, where <paramref name="keepsPeak"/>, also as
    /// much as was ever in use at once: a training step takes and gives back the same blocks again and again.
    /// </summary>
    public NativePool(long mostFreeBytes = 256L << 20, bool keepsPeak = false) => (_mostFreeBytes, _keepsPeak) = (mostFreeBytes, keepsPeak);

    /// <summary>Bytes handed out and not yet given back.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>The most bytes that were ever handed out at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes kept for reuse.</summary>
    public long FreeBytes { get; private set; }

    /// <summary>Blocks asked of the system so far; constant in steady work.</summary>
    public long SystemAllocations { get; private set; }

    /// <summary>Capacity of the block that serves <paramref name="bytes"/>: four classes per doubling, whole 2 MiB pages from 4 MiB on.</summary>
    public static long CapacityFor(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes <= 256)
        {
            return 256;
        }

        if (bytes > 2 * HugePage)
        {
            return checked(bytes + HugePage - 1) / HugePage * HugePage;
        }

        var step = Math.Max(64, (long)(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 8));
        return (bytes + step - 1) / step * step;
    }

    /// <summary>Takes a block of at least <paramref name="bytes"/>, not cleared. Its capacity is <see cref="CapacityFor"/>.</summary>
    public void* Rent(long bytes)
    {
        var capacity = CapacityFor(bytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.TryGetValue(capacity, out var stack) && stack.TryPop(out var block))
            {
                FreeBytes -= capacity;
                LiveBytes += capacity;
                PeakBytes = Math.Max(PeakBytes, LiveBytes);
                return (void*)block;
            }
        }

        var fresh = NativeMemory.AlignedAlloc(checked((nuint)capacity), capacity >= 2 * HugePage ? (nuint)HugePage : 64);
        if (capacity >= 2 * HugePage)
        {
            HugePages.Advise(fresh, capacity);
        }

        lock (_lock)
        {
            SystemAllocations++;
            LiveBytes += capacity;
            PeakBytes = Math.Max(PeakBytes, LiveBytes);
        }

        return fresh;
    }

    /// <summary>Gives back a block that was rented for <paramref name="bytes"/>.</summary>
    public void Return(void* block, long bytes)
    {
        var capacity = CapacityFor(bytes);
        lock (_lock)
        {
            LiveBytes -= capacity;
            var kept = FreeBytes + capacity;
            if (!_disposed && (kept <= _mostFreeBytes || _keepsPeak && LiveBytes + kept <= PeakBytes))
            {
                if (!_free.TryGetValue(capacity, out var stack))
                {
                    _free[capacity] = stack = new Stack<nint>();
                }

                stack.Push((nint)block);
                FreeBytes += capacity;
                return;
            }
        }

        NativeMemory.AlignedFree(block);
    }

    /// <summary>Returns everything unused to the system.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            foreach (var stack in _free.Values)
            {
                while (stack.TryPop(out var block))
                {
                    NativeMemory.AlignedFree((void*)block);
                }
            }

            FreeBytes = 0;
        }
    }

    /// <summary>Trims; blocks still out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Trim();
    }
}
