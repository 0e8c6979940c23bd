using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Fathom.Cli.Machine;

/// <summary>The machine and the program, as <c>run.json</c> records them.</summary>
internal static class MachineJson
{
    /// <summary>Version of the tool.</summary>
    public static string ToolVersion { get; } =
        typeof(MachineJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Versions of the tool, the runtime and the system.</summary>
    public static JsonObject Versions() => new()
    {
        ["fathom"] = ToolVersion,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
    };

    /// <summary>What the machine has.</summary>
    public static JsonObject Hardware() => new()
    {
        ["processor"] = MachineFacts.Processor,
        ["vector_bits"] = MachineFacts.VectorBits,
        ["fused_multiply_add"] = MachineFacts.HasFusedMultiplyAdd,
        ["cores"] = MachineFacts.Cores,
        ["machine_cores"] = MachineFacts.MachineCores,
        ["memory_bytes"] = MachineFacts.MemoryBytes,
    };
}
