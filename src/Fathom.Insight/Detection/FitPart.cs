using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>What was seen of one part of the fit data.</summary>
internal sealed class FitPart
{
    private readonly StatisticKey[] _keys;
    private readonly StatisticKey[] _sources;
    private readonly StatisticAccumulator[] _accumulators;

    public FitPart(StatisticKey[] keys, TraceOrigin origin)
    {
        _keys = keys;
        _sources = [.. keys.Select(static key => key.Source).Distinct()];
        _accumulators = [.. _sources.Select(source => source.CreateAccumulator(origin))];
    }

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
        foreach (var key in _keys)
        {
            statistics.Add(key, _accumulators[Array.IndexOf(_sources, key.Source)].ToStatistic(key));
        }

        return statistics;
    }

    public void Write(string name, TensorBag tensors)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            _accumulators[i].Write($"{name}.{_sources[i].Name}", tensors);
        }

        Hash.Write(name + ".hash", tensors);
    }

    public void Read(string name, TensorBag tensors)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            _accumulators[i].Read($"{name}.{_sources[i].Name}", tensors);
        }

        Hash.Read(name + ".hash", tensors);
    }
}
