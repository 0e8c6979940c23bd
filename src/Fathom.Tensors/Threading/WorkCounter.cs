namespace Fathom.Tensors.Threading;

/// <summary>Hands out the tasks 0..count-1 of one job, each once, to whichever thread asks next.</summary>
internal struct WorkCounter
{
    private PaddedInt64 _next;
    private readonly long _count;

    /// <summary>A counter of <paramref name="count"/> tasks.</summary>
    public WorkCounter(long count) => _count = count;

    /// <summary>Takes the next task; false when none is left.</summary>
    public bool TryTake(out long task)
    {
        task = Interlocked.Increment(ref _next.Value) - 1;
        return task < _count;
    }
}
