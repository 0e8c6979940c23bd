using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Threading;

/// <summary>
/// Threads that join the caller in one piece of work at a time. Dispatch allocates nothing; a worker spins for a moment after each
/// job and then parks; the caller never waits for a worker that has not begun. Where others use the processors, so that workers are
/// held up in the middle of a piece, the caller works alone for a while. Which thread does what never changes a result: work is
/// shared out by output.
/// </summary>
internal sealed unsafe class WorkPool : IDisposable
{
    private const long Open = 1L << 15;
    private const long JoinedMask = Open - 1;
    private static readonly long SpinTicks = Stopwatch.Frequency / 3000;

    private readonly CompanyJudge _judge = new();
    private readonly Lock _starting = new();
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;
    private readonly NativePool _memory;
    private readonly ThreadPlacement _placement;
    private Thread[]? _threads;
    private delegate*<void*, NativePool, void> _work;
    private void* _state;
    private ExceptionDispatchInfo? _failure;
    private PaddedInt64 _gate;
    private PaddedInt64 _finished;
    private int _busy;
    private volatile bool _stopping;

    /// <summary>A pool of <paramref name="threads"/> threads with the caller; the others start at first use. Work gets <paramref name="memory"/> for its scratch.</summary>
    public WorkPool(int threads, NativePool memory)
    {
        Threads = threads;
        _memory = memory;
        _placement = new ThreadPlacement(threads - 1);
        _wake = new SemaphoreSlim[threads - 1];
        _parked = new int[(threads - 1) * 16];
        for (var i = 0; i < _wake.Length; i++)
        {
            _wake[i] = new SemaphoreSlim(0);
        }
    }

    /// <summary>Threads that may work together, the caller among them.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs <paramref name="work"/> on the caller and on every worker that comes in time; each call must take tasks off a
    /// <see cref="WorkCounter"/> in <paramref name="state"/> until none is left. While the pool serves another caller, this one works alone.
    /// An exception of any thread is thrown here.
    /// </summary>
    public void Run(delegate*<void*, NativePool, void> work, void* state)
    {
        if (Threads == 1 || _stopping || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            work(state, _memory);
            return;
        }

        try
        {
            var begun = Stopwatch.GetTimestamp();
            if (_judge.PrefersAlone(begun))
            {
                work(state, _memory);
                return;
            }

            EnsureStarted();
            _placement.AvoidCaller();
            _work = work;
            _state = state;
            _finished.Value = 0;
            var generation = (_gate.Value >> 16) + 1;
            Interlocked.Exchange(ref _gate.Value, generation << 16 | Open);
            for (var i = 0; i < _wake.Length; i++)
            {
                if (Volatile.Read(ref _parked[i * 16]) != 0 && Interlocked.Exchange(ref _parked[i * 16], 0) != 0)
                {
                    _wake[i].Release();
                }
            }

            try
            {
                work(state, _memory);
            }
            finally
            {
                var worked = Stopwatch.GetTimestamp();
                Join();
                _judge.Worked(begun, worked, Stopwatch.GetTimestamp());
            }

            if (_failure is { } failure)
            {
                _failure = null;
                failure.Throw();
            }
        }
        finally
        {
            _failure = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends the workers; later work runs on its caller alone.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_threads is null)
        {
            return;
        }

        foreach (var semaphore in _wake)
        {
            semaphore.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Join()
    {
        var joined = Interlocked.And(ref _gate.Value, ~Open) & JoinedMask;
        for (var spins = 0; Volatile.Read(ref _finished.Value) != joined; spins++)
        {
            if (spins < 2000)
            {
                Thread.SpinWait(4);
            }
            else
            {
                // A worker may have been put on the caller's own processor.
                Thread.Yield();
            }
        }
    }

    private void EnsureStarted()
    {
        if (_threads is not null)
        {
            return;
        }

        lock (_starting)
        {
            if (_threads is not null)
            {
                return;
            }

            var threads = new Thread[_wake.Length];
            for (var i = 0; i < threads.Length; i++)
            {
                var worker = i;
                threads[i] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"fathom worker {i + 1}" };
                threads[i].Start();
            }

            _threads = threads;
        }
    }

    private void Loop(int worker)
    {
        _placement.Register(worker);
        long seen = 0;
        while (!_stopping)
        {
            var gate = WaitForWork(worker, seen);
            if ((gate & Open) == 0 || gate >> 16 == seen || Interlocked.CompareExchange(ref _gate.Value, gate + 1, gate) != gate)
            {
                continue;
            }

            seen = gate >> 16;
            try
            {
                _work(_state, _memory);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }

            Interlocked.Increment(ref _finished.Value);
        }
    }

    private long WaitForWork(int worker, long seen)
    {
        var until = Stopwatch.GetTimestamp() + SpinTicks;
        while (true)
        {
            for (var i = 0; i < 64; i++)
            {
                var gate = Volatile.Read(ref _gate.Value);
                if ((gate & Open) != 0 && gate >> 16 != seen)
                {
                    return gate;
                }

                Thread.SpinWait(4);
            }

            if (_stopping)
            {
                return 0;
            }

            if (Stopwatch.GetTimestamp() > until)
            {
                Park(worker, seen);
                return Volatile.Read(ref _gate.Value);
            }
        }
    }

    private void Park(int worker, long seen)
    {
        ref var parked = ref _parked[worker * 16];
        Interlocked.Exchange(ref parked, 1);
        var gate = Volatile.Read(ref _gate.Value);
        var arrived = (gate & Open) != 0 && gate >> 16 != seen;
        if ((arrived || _stopping) && Interlocked.Exchange(ref parked, 0) != 0)
        {
            return;
        }

        _wake[worker].Wait();
    }
}
