using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Diagnosis;

/// <summary>
/// Whether trajectories of different domains end at the same place: the mean distance between samples of different domains over the
/// mean length of the states, in the first layer and at the end. A ratio last / first well below 1 means that the endpoints
/// converge (expected of mathematical answers, not of translation). Pairs are many, so each domain is represented by a bounded
/// number of samples, chosen by their place in the data alone: the order of the stream does not matter.
/// </summary>
public sealed class EndpointConvergence
{
    private readonly int _limit;
    private readonly SortedDictionary<string, SortedDictionary<(uint Priority, long Index), float[]>> _domains = new(StringComparer.Ordinal);
    private int _entries;
    private int _width;

    /// <summary>Starts empty.</summary>
    /// <param name="samplesPerDomain">Most samples that represent a domain; default 100. Memory is this × domains × 3 × width.</param>
    public EndpointConvergence(int samplesPerDomain = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerDomain, 1);
        _limit = samplesPerDomain;
    }

    /// <summary>Sees one sample of a domain.</summary>
    /// <param name="domain">Name of the domain.</param>
    /// <param name="index">Place of the sample in its data, different for each.</param>
    /// <param name="states">Pooled states.</param>
    /// <exception cref="FathomException">It has another shape than those before, or fewer than three entries.</exception>
    public void Add(string domain, long index, PooledStates states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (_domains.Count == 0) (_entries, _width) = (states.Entries, states.Width);
        if (states.Entries != _entries || states.Width != _width || _entries < 3) throw new FathomException($"endpoint convergence: states of {states.Entries} x {states.Width}; expected {_entries} x {_width} like the first, of three entries at least");
        if (!_domains.TryGetValue(domain, out var samples)) _domains.Add(domain, samples = []);
        var key = (Tensors.CounterRandom.Philox(((uint)index, (uint)(index >> 32), 0, 0), (0x656E6470, 0)).A, index);
        if (samples.ContainsKey(key)) throw new FathomException($"endpoint convergence: sample {index} of '{domain}' comes twice");
        if (samples.Count == _limit && key.CompareTo(samples.Keys.Last()) > 0) return;
        samples.Add(key, [.. states[1], .. states[_entries - 2], .. states[_entries - 1]]);
        if (samples.Count > _limit) samples.Remove(samples.Keys.Last());
    }

    /// <summary>The relative distances.</summary>
    /// <exception cref="FathomException">There are fewer than two domains.</exception>
    public EndpointResult Finish()
    {
        if (_domains.Count < 2) throw new FathomException($"endpoint convergence: {_domains.Count} domains; expected at least two");
        return new EndpointResult(_domains.Count, RelativeDistance(0), RelativeDistance(1), RelativeDistance(2));
    }

    private double RelativeDistance(int part)
    {
        var domains = _domains.Values.Select(samples => samples.Values.ToArray()).ToArray();
        var all = domains.SelectMany((samples, domain) => samples.Select(sample => (Domain: domain, Sample: sample))).ToArray();
        var rows = new (double Length, double Distances, long Pairs)[all.Length];
        Workers.Run(all.Length, (long)all.Length * all.Length * _width / 2, i =>
        {
            var (sum, pairs) = (0.0, 0L);
            foreach (var (domain, sample) in all.AsSpan(i + 1))
            {
                if (domain == all[i].Domain) continue;
                sum += Distance(all[i].Sample, sample, part);
                pairs++;
            }

            rows[i] = (Distance(all[i].Sample, new float[all[i].Sample.Length], part), sum, pairs);
        });
        return rows.Sum(static row => row.Distances) / rows.Sum(static row => row.Pairs) / (rows.Sum(static row => row.Length) / rows.Length);
    }

    private double Distance(float[] left, float[] right, int part) =>
        Math.Sqrt(VectorMath.SquaredDistance(left.AsSpan(part * _width, _width), right.AsSpan(part * _width, _width)));
}
