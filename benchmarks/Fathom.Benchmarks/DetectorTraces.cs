using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Benchmarks;

/// <summary>Feature vectors as the traces of a pretend model of one layer, one at a time.</summary>
internal static class DetectorTraces
{
    public static TraceOrigin Origin(int width) => new() { ModelFingerprint = "bench", Layers = 1, Width = width };

    public static IEnumerable<Trace> Of(float[] features, int width) => Enumerable.Range(0, features.Length / width).Select(i => Of(i, features.AsSpan(i * width, width)));

    public static Trace Of(int index, ReadOnlySpan<float> feature)
    {
        var states = new float[2 * feature.Length];
        feature.CopyTo(states.AsSpan(feature.Length));
        return new Trace
        {
            Index = index,
            Text = "",
            PromptTokens = [],
            OutputTokens = [],
            Output = "",
            LogProbabilities = [],
            Entropies = [],
            MaxProbabilities = [],
            States = new Dictionary<Pooling, PooledStates> { [Pooling.PromptLast] = new(2, feature.Length, states) },
        };
    }
}
