using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Cli.Machine;

/// <summary>What this machine is, as far as it matters to a run: written into every <c>run.json</c> and shown by <c>doctor</c>.</summary>
internal static class MachineFacts
{
    /// <summary>The processor's name as the system tells it.</summary>
    public static string Processor { get; } = FirstValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Bits of the widest vectors the kernels use here: 512, 256 or 128, or 0 without hardware vectors.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Whether fused multiply-add is done by the hardware; without it results differ from other machines.</summary>
    public static bool HasFusedMultiplyAdd => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Processors this process may use: the container's limit counts.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>Processors of the whole machine, where the system tells; else those of the process.</summary>
    public static int MachineCores { get; } = CountLines("/proc/cpuinfo", "processor") is > 0 and var count ? count : Environment.ProcessorCount;

    /// <summary>Memory this process may use, in bytes: the container's limit counts.</summary>
    public static long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Memory that is free or can be freed now, in bytes; the whole of it where the system does not tell.</summary>
    public static long AvailableMemoryBytes
    {
        get
        {
            var text = FirstValue("/proc/meminfo", "MemAvailable");
            var free = text is not null && long.TryParse(text.Split(' ')[0], CultureInfo.InvariantCulture, out var kib) ? kib * 1024 : long.MaxValue;
            return Math.Min(free, MemoryBytes);
        }
    }

    /// <summary>How the system hands out 2 MB pages (<c>always</c>, <c>madvise</c>, <c>never</c>), or null where it does not tell.</summary>
    public static string? HugePages
    {
        get
        {
            var text = ReadOrNull("/sys/kernel/mm/transparent_hugepage/enabled");
            var start = text?.IndexOf('[', StringComparison.Ordinal) ?? -1;
            var end = text?.IndexOf(']', StringComparison.Ordinal) ?? -1;
            return start >= 0 && end > start ? text![(start + 1)..end] : null;
        }
    }

    /// <summary>Free bytes of the disk that holds a folder (or the nearest folder above it that exists), or null.</summary>
    public static long? FreeDiskBytes(string folder)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            if (at.Exists)
            {
                try
                {
                    return new DriveInfo(at.FullName).AvailableFreeSpace;
                }
                catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
                {
                    return null;
                }
            }
        }

        return null;
    }

    private static string? ReadOrNull(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? FirstValue(string path, string key)
    {
        foreach (var line in (ReadOrNull(path) ?? "").Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && string.Equals(line[..colon].Trim(), key, StringComparison.Ordinal))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }

    private static int CountLines(string path, string key) =>
        (ReadOrNull(path) ?? "").Split('\n').Count(line => line.StartsWith(key + "\t", StringComparison.Ordinal) || line.StartsWith(key + " ", StringComparison.Ordinal));
}
