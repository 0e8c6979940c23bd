using System.Globalization;
using System.Runtime.InteropServices;
using Fathom.Cli.Output;

namespace Fathom.Cli.Machine;

/// <summary>Looks at the machine, one check a method; each costs well under a second.</summary>
internal static class Doctor
{
    private const double GibiByte = 1L << 30;

    /// <summary>Every check that needs no model. <paramref name="folder"/> is where runs would be written.</summary>
    public static IEnumerable<HealthCheck> Machine(string folder)
    {
        yield return Runtime();
        yield return Vectors();
        yield return Cores();
        yield return Memory();
        yield return Disk(folder);
        yield return HugePages();
        yield return Compute();
        yield return Bandwidth();
    }

    private static HealthCheck Runtime()
    {
        var found = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
        return Environment.Version.Major >= 10
            ? new("runtime", HealthState.Well, found)
            : new("runtime", HealthState.Bad, found, "install the .NET 10 runtime");
    }

    private static HealthCheck Vectors()
    {
        var found = $"{MachineFacts.Processor}; vectors of {MachineFacts.VectorBits} bits, fused multiply-add {(MachineFacts.HasFusedMultiplyAdd ? "in hardware" : "missing")}";
        if (!MachineFacts.HasFusedMultiplyAdd)
        {
            return new("processor", HealthState.Bad, found, "without fused multiply-add everything is slow; unset DOTNET_EnableHWIntrinsic or use a processor made after 2013");
        }

        return MachineFacts.VectorBits >= 256 || RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? new("processor", HealthState.Well, found)
            : new("processor", HealthState.Warning, found, "wider vectors are switched off: unset DOTNET_EnableAVX2 and its like");
    }

    private static HealthCheck Cores() =>
        MachineFacts.Cores < MachineFacts.MachineCores
            ? new("cores", HealthState.Warning, $"{MachineFacts.Cores} of {MachineFacts.MachineCores} may be used (container limit or affinity)", "give the container more processors (docker run --cpus)")
            : new("cores", HealthState.Well, $"{MachineFacts.Cores}");

    private static HealthCheck Memory()
    {
        var available = MachineFacts.AvailableMemoryBytes;
        var found = $"{Units.Bytes(available)} available of {Units.Bytes(MachineFacts.MemoryBytes)}";
        return available >= 2 * GibiByte
            ? new("memory", HealthState.Well, found)
            : new("memory", HealthState.Warning, found, "models below 500 M parameters will fit; for larger ones end other programs or raise the container's limit");
    }

    private static HealthCheck Disk(string folder)
    {
        if (MachineFacts.FreeDiskBytes(folder) is not { } free)
        {
            return new("disk", HealthState.Warning, "free space unknown", $"check that '{folder}' can be written");
        }

        var found = $"{Units.Bytes(free)} free at {Path.GetFullPath(folder)}";
        return free >= 5 * GibiByte
            ? new("disk", HealthState.Well, found)
            : new("disk", HealthState.Warning, found, "traces of 10,000 questions take about 3 GiB for a 135 M model: free some space or pass --out on another disk");
    }

    private static HealthCheck HugePages() => MachineFacts.HugePages switch
    {
        null => new("huge pages", HealthState.Well, "this system does not tell"),
        "never" => new("huge pages", HealthState.Warning, "never", "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled (reading weights gets up to 30 % faster)"),
        var mode => new("huge pages", HealthState.Well, mode),
    };

    private static HealthCheck Compute()
    {
        var one = PeakProbe.MultiplyAddGigaflops(1);
        var all = MachineFacts.Cores > 1 ? PeakProbe.MultiplyAddGigaflops(MachineFacts.Cores) : one;
        var found = string.Create(CultureInfo.InvariantCulture, $"{one:F0} GFLOP/s on one thread, {all:F0} on {MachineFacts.Cores}");
        return all >= 0.6 * one * MachineFacts.Cores
            ? new("compute", HealthState.Well, found)
            : new("compute", HealthState.Warning, found, "more threads bring little: other programs are busy, or the cores are shared; try --threads 1");
    }

    private static HealthCheck Bandwidth()
    {
        var all = PeakProbe.ReadGigabytes(MachineFacts.Cores);
        return new("memory bandwidth", HealthState.Well, string.Create(CultureInfo.InvariantCulture, $"{all:F1} GB/s on {MachineFacts.Cores} threads"));
    }
}
