using System.Runtime.Intrinsics;
using Fathom.Tensors.Kernels;
using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>The scalar reference and a device of every width this machine has, with one thread and with two.</summary>
internal static unsafe class Devices
{
    public static Device Reference { get; } = Device.Cpu(new CpuOptions { VectorBits = 0 });

    public static IReadOnlyList<Device> Wide { get; } =
        [.. new[] { 512, 256, 128 }.Where(Has).SelectMany(bits => new[] { 1, 2 }.Select(threads => Device.Cpu(new CpuOptions { VectorBits = bits, Threads = threads })))];

    public static bool Has(int bits) => bits switch
    {
        512 => Vector512.IsHardwareAccelerated,
        256 => Vector256.IsHardwareAccelerated,
        _ => Vector128.IsHardwareAccelerated,
    };

    public static NativePool PoolOf(Device device) => device.Kernels switch
    {
        CpuKernels<Lanes512> kernels => kernels.Pool,
        CpuKernels<Lanes256> kernels => kernels.Pool,
        CpuKernels<Lanes128> kernels => kernels.Pool,
        _ => throw new ArgumentException("no pool known", nameof(device)),
    };

    /// <summary>A bit of everything that takes scratch: many rows, few rows, attention.</summary>
    public static void Work(Device device, PackedMatrix packed, DeviceBuffer x, DeviceBuffer y)
    {
        device.Kernels.Linear(x.Pointer, 64, 128, packed, null, y.Pointer, 256);
        device.Kernels.Linear(x.Pointer, 2, 128, packed, null, y.Pointer, 256);
        using var cache = device.Kernels.CreateCache(2, 32);
        cache.Append(x.Pointer, 64, x.Pointer, 64, 100);
        AttentionSegment segment = new(cache, 0, 30);
        device.Kernels.Attention(new ReadOnlySpan<AttentionSegment>(in segment), x.Pointer, 128, 4, 0.2f, 0, y.Pointer, 128);
    }
}
