using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>What was seen of one part of the fit data.</summary>
internal sealed class FitPart(StatisticKey[] keys, TraceOrigin origin)
{
    private readonly StatisticAccumulator[] _accumulators = [.. keys.Select(key => key.CreateAccumulator(origin))];

    public int Count => Hash.Count;

    public SampleSetHash Hash { get; } = new();

    public void Add(Trace trace)
    {
        foreach (var accumulator in _accumulators)
        {
            accumulator.Add(trace);
        }

        Hash.Add(trace);
    }

    public void MergeWith(FitPart other)
    {
        for (var i = 0; i < _accumulators.Length; i++)
        {
            _accumulators[i].MergeWith(other._accumulators[i]);
        }

        Hash.MergeWith(other.Hash);
    }

    public IReadOnlyDictionary<StatisticKey, Statistic> Finish()
    {
        var statistics = new Dictionary<StatisticKey, Statistic>();
        for (var i = 0; i < keys.Length; i++)
        {
            statistics.Add(keys[i], _accumulators[i].ToStatistic());
        }

        return statistics;
    }
}
