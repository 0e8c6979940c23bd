namespace Fathom.Insight.Numerics;

/// <summary>
/// Shares work on matrices among this machine's processors, always by output, so that neither their number nor who does what changes
/// a bit.
/// </summary>
internal static class Workers
{
    /// <summary>Below this many multiplications company costs more than it brings.</summary>
    public const long Worthwhile = 1 << 20;

    private static readonly ParallelOptions Options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Runs the tasks 0, 1, …; <paramref name="work"/> is about the number of multiplications of all.</summary>
    public static void Run(int tasks, long work, Action<int> task)
    {
        if (tasks < 2 || work < Worthwhile || Options.MaxDegreeOfParallelism == 1)
        {
            for (var i = 0; i < tasks; i++)
            {
                task(i);
            }

            return;
        }

        // One task at a time: they differ in size.
        var next = -1;
        Parallel.For(0, Math.Min(tasks, Options.MaxDegreeOfParallelism), Options, _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < tasks; i = Interlocked.Increment(ref next))
            {
                task(i);
            }
        });
    }
}
