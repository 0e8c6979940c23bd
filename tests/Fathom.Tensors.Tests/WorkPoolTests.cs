using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Tests;

public unsafe class WorkPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryTaskRunsOnceHoweverManyThreads(int threads)
    {
        using var memory = new NativePool();
        using var pool = new WorkPool(threads, memory);
        var counts = new int[1000];
        fixed (int* at = counts)
        {
            for (var round = 1; round <= 50; round++)
            {
                var job = new CountJob { Tasks = new WorkCounter(counts.Length), Counts = at };
                pool.Run(&CountJob.Work, &job);
                Assert.All(counts, count => Assert.Equal(round, count));
                if (round % 10 == 0)
                {
                    // Long enough for the workers to park.
                    Thread.Sleep(5);
                }
            }
        }
    }

    [Fact]
    public void AnExceptionReachesTheCallerAndThePoolGoesOn()
    {
        using var memory = new NativePool();
        using var pool = new WorkPool(2, memory);
        for (var round = 0; round < 20; round++)
        {
            var failing = new CountJob { Tasks = new WorkCounter(100), Fails = true };
            Assert.Throws<InvalidOperationException>(() => Run(pool, failing));
        }

        var counts = new int[10];
        fixed (int* at = counts)
        {
            var job = new CountJob { Tasks = new WorkCounter(10), Counts = at };
            pool.Run(&CountJob.Work, &job);
        }

        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void CallersOnSeveralThreadsAreAllServed()
    {
        using var memory = new NativePool();
        using var pool = new WorkPool(2, memory);
        var counts = new int[4 * 300];
        var threads = Enumerable.Range(0, 4).Select(caller => new Thread(() =>
        {
            fixed (int* at = counts)
            {
                for (var round = 0; round < 100; round++)
                {
                    var job = new CountJob { Tasks = new WorkCounter(300), Counts = at + caller * 300 };
                    pool.Run(&CountJob.Work, &job);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(counts, count => Assert.Equal(100, count));
    }

    [Fact]
    public void ThreadsMustBePositive() => Assert.Throws<FathomException>(() => Device.Cpu(new CpuOptions { Threads = 0 }));

    private static void Run(WorkPool pool, CountJob job) => pool.Run(&CountJob.Work, &job);

    private struct CountJob
    {
        public WorkCounter Tasks;
        public int* Counts;
        public bool Fails;

        public static void Work(void* state, NativePool memory)
        {
            var job = (CountJob*)state;
            while (job->Tasks.TryTake(out var task))
            {
                if (job->Fails)
                {
                    throw new InvalidOperationException("task failed");
                }

                Interlocked.Increment(ref job->Counts[task]);
            }
        }
    }
}
