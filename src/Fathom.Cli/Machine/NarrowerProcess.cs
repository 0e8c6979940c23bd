using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fathom.Cli.Machine;

/// <summary>Runs this program again with the wider vectors switched off: the runtime chooses them once, when a process starts.</summary>
internal static class NarrowerProcess
{
    /// <summary>Widths in bits below that of this process.</summary>
    public static IReadOnlyList<int> Widths => [.. new[] { 256, 128 }.Where(width => width < MachineFacts.VectorBits)];

    /// <summary>The hash that <c>verify determinism</c> gives with vectors of this width.</summary>
    /// <exception cref="FathomException">The other process failed.</exception>
    public static string? DeterminismHash(string model, string? adapter, int bits, CancellationToken stop)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var host = Environment.ProcessPath ?? throw new FathomException("this program cannot find itself to run again; pass --this-width");
        start.FileName = host;
        if (Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "fathom.dll"));
        }

        foreach (var argument in (string[])["verify", "determinism", model, "--this-width", "--json", "--quiet", .. adapter is null ? [] : (string[])["--adapter", adapter]])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_EnableAVX512"] = "0";
        start.Environment["DOTNET_EnableAVX512F"] = "0";
        if (bits < 256)
        {
            // FMA belongs to the AVX2 switch on some runtimes, so the preferred width narrows the vectors without it.
            start.Environment["DOTNET_PreferredVectorBitWidth"] = "128";
        }

        using var process = Process.Start(start) ?? throw new FathomException($"{host}: cannot be started again; pass --this-width");
        using var registration = stop.Register(() => process.Kill());
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        stop.ThrowIfCancellationRequested();
        try
        {
            var answer = JsonNode.Parse(output);
            if ((int?)answer?["vector_bits"] > bits)
            {
                throw new FathomException($"the runtime did not narrow its vectors to {bits} bits; set the switches yourself and pass --this-width");
            }

            return (string?)answer?["hash"];
        }
        catch (JsonException exception)
        {
            throw new FathomException($"the process with vectors of {bits} bits failed: {error.GetAwaiter().GetResult().ReplaceLineEndings(" ").Trim()}", exception);
        }
    }
}
