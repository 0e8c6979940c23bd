namespace Fathom.Tensors;

/// <summary>How a CPU device works. No option changes a single bit of any result.</summary>
public sealed class CpuOptions
{
    /// <summary>Threads that share one call, at least 1. Default: the processors this process may use (cgroup limits honoured), at most 64.</summary>
    public int? Threads { get; init; }

    /// <summary>Vector width in bits to use instead of the widest: 512, 256, 128, or 0 for the scalar reference. For tests.</summary>
    internal int? VectorBits { get; init; }
}
