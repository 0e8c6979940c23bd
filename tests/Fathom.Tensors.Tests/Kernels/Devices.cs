using System.Runtime.Intrinsics;

namespace Fathom.Tensors.Tests.Kernels;

/// <summary>The scalar reference and a device of every width this machine has, with one thread and with two.</summary>
internal static class Devices
{
    public static Device Reference { get; } = Device.Cpu(new CpuOptions { VectorBits = 0 });

    public static IReadOnlyList<Device> Wide { get; } = Make();

    private static List<Device> Make()
    {
        var devices = new List<Device>();
        foreach (var (bits, present) in new[] { (512, Vector512.IsHardwareAccelerated), (256, Vector256.IsHardwareAccelerated), (128, Vector128.IsHardwareAccelerated) })
        {
            for (var threads = 1; present && threads <= 2; threads++)
            {
                devices.Add(Device.Cpu(new CpuOptions { VectorBits = bits, Threads = threads }));
            }
        }

        return devices;
    }
}
