using System.Runtime.Intrinsics;
using Fathom.Tensors.Kernels;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors;

/// <summary>Where numbers are computed. Owns its threads and its memory pool; results do not depend on either, nor on the vector width.</summary>
public sealed class Device : IDisposable
{
    private const int MostThreads = 64;
    private readonly IDisposable _owned;

    private Device(string name, IKernels kernels, IDisposable owned)
    {
        Name = name;
        Kernels = kernels;
        _owned = owned;
    }

    /// <summary>What the device is, for reports: <c>cpu, 2 threads, 512-bit</c>.</summary>
    public string Name { get; }

    /// <summary>Threads that work together on one call.</summary>
    public int Threads => Kernels.Threads;

    /// <summary>The operations of this device.</summary>
    internal IKernels Kernels { get; }

    /// <summary>
    /// Makes a device of this machine's processors with the widest vectors the runtime says are hardware accelerated
    /// (its switches, such as <c>DOTNET_EnableAVX512=0</c>, are honoured).
    /// </summary>
    /// <exception cref="FathomException">The number of threads is not positive.</exception>
    public static Device Cpu(CpuOptions? options = null)
    {
        var threads = options?.Threads ?? Math.Min(Environment.ProcessorCount, MostThreads);
        if (threads < 1)
        {
            throw new FathomException($"The number of threads must be at least 1, not {threads}; leave it out to use every processor.");
        }

        var bits = options?.VectorBits ?? WidestVectorBits();
        return bits switch
        {
            512 => Of(new CpuKernels<Lanes512>(MicroKernels512.Family, threads), bits),
            256 => Of(new CpuKernels<Lanes256>(MicroKernels256.Family, threads), bits),
            128 => Of(new CpuKernels<Lanes128>(MicroKernels128.Family, threads), bits),
            _ => Of(new ScalarKernels(), 0),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private static Device Of<T>(T kernels, int bits)
        where T : IKernels, IDisposable =>
        new($"cpu, {kernels.Threads} {(kernels.Threads == 1 ? "thread" : "threads")}, {(bits == 0 ? "scalar" : $"{bits}-bit")}", kernels, kernels);

    /// <summary>Bits of the widest vectors that the runtime says are hardware accelerated.</summary>
    internal static int WidestVectorBits() =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
