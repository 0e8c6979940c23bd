using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>Runs the built tool as the process a user would start.</summary>
public sealed partial class FathomProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private FathomProcess(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(DllPath);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment.Remove("FATHOM_TRACE");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The built tool.</summary>
    public static string DllPath { get; } = Path.Combine(AppContext.BaseDirectory, "fathom.dll");

    /// <summary>What standard error has said so far.</summary>
    public string ErrorSoFar
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Runs a command line to its end.</summary>
    public static ProcessResult Run(params string[] arguments)
    {
        using var process = new FathomProcess(arguments, environment: null);
        return process.WaitForEnd();
    }

    /// <summary>Runs a command line to its end with variables set.</summary>
    public static ProcessResult RunWith(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = new FathomProcess(arguments, environment);
        return process.WaitForEnd();
    }

    /// <summary>Starts a command line and leaves it running.</summary>
    public static FathomProcess Start(params string[] arguments) => new(arguments, environment: null);

    /// <summary>Starts a command line with variables set and leaves it running.</summary>
    public static FathomProcess StartWith(IReadOnlyDictionary<string, string> environment, params string[] arguments) => new(arguments, environment);

    /// <summary>Waits for the end.</summary>
    public ProcessResult WaitForEnd()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            throw new TimeoutException($"fathom did not end within {Patience}; it said: {ErrorSoFar}");
        }

        _process.WaitForExit();
        lock (_out)
        {
            lock (_error)
            {
                return new ProcessResult(_process.ExitCode, _out.ToString(), _error.ToString());
            }
        }
    }

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public void KillHard()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
    }

    /// <summary>
    /// Sends the signal of Ctrl-C; or SIGTERM, which the tool treats alike, where this process was itself started with Ctrl-C ignored
    /// (a shell's background job), since its children inherit that.
    /// </summary>
    public void Interrupt()
    {
        const int Sigint = 2;
        const int Sigterm = 15;
        Assert.Equal(0, Kill(_process.Id, IsIgnored(Sigint) ? Sigterm : Sigint));
    }

    private bool IsIgnored(int signal)
    {
        var status = $"/proc/{_process.Id}/status";
        var mask = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return mask is not null && (Convert.ToUInt64(mask["SigIgn:".Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
