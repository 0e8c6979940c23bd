using System.Diagnostics;

namespace Fathom.EndToEnd.Tests.Support;

/// <summary>A disk of a few hundred kibibytes (a tmpfs), where this machine lets one be mounted.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _mounted;

    public SmallDisk(int kibibytes)
    {
        _mounted = Try("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", _folder.Root);
        if (!_mounted)
        {
            _folder.Dispose();
            throw new InvalidOperationException("a tmpfs cannot be mounted here; mark the test [SmallDiskFact]");
        }
    }

    /// <summary>Where it is.</summary>
    public string Root => _folder.Root;

    /// <summary>Why no small disk can be had here, or null.</summary>
    public static string? WhyNot()
    {
        try
        {
            using var disk = new SmallDisk(64);
            return null;
        }
        catch (InvalidOperationException)
        {
            return "mounting a small tmpfs needs root on Linux";
        }
    }

    public void Dispose()
    {
        if (_mounted)
        {
            Try("umount", "-l", _folder.Root);
        }

        _folder.Dispose();
    }

    private static bool Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
