using System.Diagnostics;

namespace Fathom.Benchmarks;

/// <summary>Runs contenders in turn, round by round, so that a machine that drifts drifts for all; reports medians and best rounds.
/// Processor time instead of the clock's serves single-threaded runs on a busy machine.</summary>
internal sealed class Timing(int rounds, double minimumSeconds, bool processorTime)
{
    private readonly List<(string Name, Action Run)> _contenders = [];

    /// <summary>Adds a contender.</summary>
    public Timing Add(string name, Action run)
    {
        _contenders.Add((name, run));
        return this;
    }

    /// <summary>Seconds of one run for each contender and round.</summary>
    public Dictionary<string, double[]> Measure()
    {
        var repeats = new int[_contenders.Count];
        for (var i = 0; i < repeats.Length; i++)
        {
            _contenders[i].Run();
            var watch = Stopwatch.StartNew();
            _contenders[i].Run();
            repeats[i] = (int)Math.Clamp(minimumSeconds / Math.Max(1e-7, watch.Elapsed.TotalSeconds), 1, 100000);
        }

        var seconds = _contenders.ToDictionary(c => c.Name, _ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < repeats.Length; i++)
            {
                // A moment for other libraries' threads to stop spinning.
                Thread.Sleep(2);
                var start = Now();
                for (var repeat = 0; repeat < repeats[i]; repeat++)
                {
                    _contenders[i].Run();
                }

                seconds[_contenders[i].Name][round] = (Now() - start).TotalSeconds / repeats[i];
            }
        }

        return seconds;
    }

    private TimeSpan Now() => processorTime ? Environment.CpuUsage.TotalTime : Stopwatch.GetElapsedTime(0);

    /// <summary>Middle of the values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Median over the rounds of b's time divided by a's: how many times faster a is.</summary>
    public static double Ratio(double[] a, double[] b) => Median(a.Zip(b, (x, y) => y / x));
}
