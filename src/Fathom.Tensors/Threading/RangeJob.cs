using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Threading;

/// <summary>A loop over independent items, shared out in runs of a fixed length.</summary>
internal unsafe struct RangeJob
{
    private WorkCounter _tasks;
    private readonly long _count;
    private readonly long _grain;
    private readonly delegate*<void*, long, long, void> _body;
    private readonly void* _arguments;

    private RangeJob(long count, long grain, delegate*<void*, long, long, void> body, void* arguments)
    {
        _tasks = new WorkCounter((count + grain - 1) / grain);
        _count = count;
        _grain = grain;
        _body = body;
        _arguments = arguments;
    }

    /// <summary>Calls <paramref name="body"/> (arguments, from, to) until every item below <paramref name="count"/> was in one call; runs of <paramref name="grain"/>.</summary>
    public static void Run(WorkPool workers, long count, long grain, delegate*<void*, long, long, void> body, void* arguments)
    {
        if (count <= grain)
        {
            if (count > 0)
            {
                body(arguments, 0, count);
            }

            return;
        }

        var job = new RangeJob(count, grain, body, arguments);
        workers.Run(&Work, &job);
    }

    private static void Work(void* state, NativePool pool)
    {
        var job = (RangeJob*)state;
        while (job->_tasks.TryTake(out var task))
        {
            var from = task * job->_grain;
            job->_body(job->_arguments, from, Math.Min(job->_count, from + job->_grain));
        }
    }
}
