using System.Runtime.InteropServices;

namespace Fathom.Tensors.Threading;

/// <summary>
/// Keeps the workers off the processor that their caller runs on. Linux wakes a parked thread where its waker runs, and there it
/// would wait for the very caller it should help (1-5 ms, measured). Elsewhere, and where the calls are missing, nothing is done.
/// </summary>
internal sealed unsafe partial class ThreadPlacement
{
    private const int MaskBytes = 128;

    private readonly byte[] _allowed = new byte[MaskBytes];
    private readonly int[] _workers;
    private readonly bool _works;
    private int _avoided = -1;

    /// <summary>For so many workers; each must call <see cref="Register"/>.</summary>
    public ThreadPlacement(int workers)
    {
        _workers = new int[workers];
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            fixed (byte* mask = _allowed)
            {
                _works = GetAffinity(0, MaskBytes, mask) >= 0 && CurrentProcessor() >= 0 && ThreadId() > 0 && Count(_allowed) > 1;
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: the system places the threads.
        }
    }

    /// <summary>Called by a worker on its own thread before its first work.</summary>
    public void Register(int worker)
    {
        if (_works)
        {
            Volatile.Write(ref _workers[worker], ThreadId());
            Volatile.Write(ref _avoided, -1);
        }
    }

    /// <summary>Called by the caller before it hands out work: cheap unless it has moved to another processor.</summary>
    public void AvoidCaller()
    {
        if (!_works)
        {
            return;
        }

        var processor = CurrentProcessor();
        if (processor == Volatile.Read(ref _avoided) || processor < 0 || processor >= 8 * MaskBytes)
        {
            return;
        }

        Volatile.Write(ref _avoided, processor);
        var mask = stackalloc byte[MaskBytes];
        _allowed.CopyTo(new Span<byte>(mask, MaskBytes));
        mask[processor / 8] &= (byte)~(1 << (processor % 8));
        foreach (var worker in _workers)
        {
            if (worker > 0)
            {
                // A refusal changes nothing but speed.
                _ = SetAffinity(worker, MaskBytes, mask);
            }
        }
    }

    private static int Count(byte[] mask)
    {
        var count = 0;
        foreach (var part in mask)
        {
            count += System.Numerics.BitOperations.PopCount(part);
        }

        return count;
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial int CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAffinity(int thread, nint size, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nint size, byte* mask);
}
