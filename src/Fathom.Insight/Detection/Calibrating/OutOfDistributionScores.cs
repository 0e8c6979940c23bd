using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>Every detector's scores of OOD samples, for thresholds that are chosen by them.</summary>
internal sealed class OutOfDistributionScores
{
    private OutOfDistributionScores()
    {
    }

    public Dictionary<string, List<double>> Lists { get; } = new(StringComparer.Ordinal);

    public SampleSetHash Hash { get; } = new();

    public IReadOnlyDictionary<string, double[]> Scores => Lists.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToArray(), StringComparer.Ordinal);

    public static OutOfDistributionScores Of(FittedDetectorSet detectors, IEnumerable<Trace> traces)
    {
        var scores = new OutOfDistributionScores();
        foreach (var name in detectors.Names) scores.Lists.Add(name, []);
        foreach (var trace in traces)
        {
            foreach (var (name, score) in detectors.Score(trace)) scores.Lists[name].Add(score);
            scores.Hash.Add(trace);
        }

        return scores.Hash.Count > 0 ? scores : throw new FathomException("thresholds: no out-of-distribution sample; the rule youden needs at least one");
    }
}
