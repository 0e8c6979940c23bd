using System.Diagnostics;
using System.Globalization;

namespace Fathom.Benchmarks;

/// <summary>
/// scikit-learn in a process of its own, which waits for the name of a job and answers its seconds and a checksum
/// (<c>Peers/sklearn_detectors.py</c>, run by <c>/usr/bin/python3</c> or what <c>FATHOM_SKLEARN_PYTHON</c> names; empty: none).
/// </summary>
internal sealed class DetectorPeer : IDisposable
{
    private readonly Process _process;

    private DetectorPeer(Process process) => _process = process;

    /// <summary>Starts it; <see langword="null"/> where there is none.</summary>
    public static DetectorPeer? Start(string bank, string queries, int count, int queryCount, int width, int threads)
    {
        var python = Environment.GetEnvironmentVariable("FATHOM_SKLEARN_PYTHON") ?? "/usr/bin/python3";
        if (python.Length == 0 || !File.Exists(python)) return null;
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "sklearn_detectors.py");
        var start = new ProcessStartInfo(python, [script, bank, queries, .. new[] { count, queryCount, width }.Select(number => number.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        var peer = new DetectorPeer(Process.Start(start)!);
        if (peer.Run("ready") is not null) return peer;
        Console.WriteLine($"{python} has no scikit-learn (Debian: apt-get install python3-sklearn libopenblas0-pthread): its columns stay empty.");
        peer.Dispose();
        return null;
    }

    /// <summary>Seconds and checksum of a job; <see langword="null"/> where the process has ended.</summary>
    public (double Seconds, double Checksum)? Run(string job)
    {
        if (_process.HasExited) return null;
        _process.StandardInput.WriteLine(job);
        _process.StandardInput.Flush();
        if (_process.StandardOutput.ReadLine() is not { } line) return null;
        var parts = line.Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(2000)) _process.Kill();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        _process.Dispose();
    }
}
