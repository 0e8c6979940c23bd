using Fathom.Insight.Detection;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>Traces of a pretend model: random walks through the layers. Strange ones wander further, are less sure and longer.</summary>
internal static class TraceFactory
{
    public const int Layers = 11;
    public const int Width = 7;

    public static TraceOrigin Origin { get; } = new()
    {
        ModelFingerprint = "sha256:0123456789abcdef",
        ModelName = "pretend",
        Layers = Layers,
        Width = Width,
        Template = "Q: {question}\nA:",
        TextField = "question",
        MaxNewTokens = 8,
        ClassTokens = "17,4,250",
    };

    public static Trace[] Many(int count, ulong seed, bool strange = false) =>
        [.. Enumerable.Range(0, count).Select(i => One(i, new CounterRandom(seed, (ulong)i), strange))];

    public static Trace One(int index, CounterRandom random, bool strange = false)
    {
        var tokens = 6 + random.NextInt32(3);
        var states = new Dictionary<Pooling, PooledStates>();
        foreach (var pooling in Enum.GetValues<Pooling>())
        {
            states.Add(pooling, Walk(random, strange));
        }

        var probabilities = Enumerable.Range(0, tokens).Select(_ => strange ? 0.1 + 0.5 * random.NextDouble() : 0.3 + 0.65 * random.NextDouble()).ToArray();
        return new Trace
        {
            Index = index,
            Text = $"question {index}",
            Label = $"class{index % 3}",
            Output = "answer",
            PromptTokens = new int[10 + random.NextInt32(20) + (strange ? 10 : 0)],
            OutputTokens = new int[tokens],
            LogProbabilities = [.. probabilities.Select(p => Math.Log(p * 0.99))],
            MaxProbabilities = probabilities,
            Entropies = [.. probabilities.Select(p => 2 - p)],
            ClassLogits = [.. Enumerable.Range(0, 3).Select(c => (float)((c == index % 3 && !strange ? 4 : 1) + random.NextNormal()))],
            PromptLogSumExp = 6 + 0.2 * random.NextNormal(),
            DropoutLogProbabilities = [.. Enumerable.Range(0, 10).Select(_ => -1.5 + (strange ? 0.2 : 0.1) * random.NextNormal())],
            States = states,
        };
    }

    public static Trace With(Trace trace, Func<float, float> change) => trace with
    {
        States = trace.States.ToDictionary(pair => pair.Key, pair => new PooledStates(pair.Value.Entries, pair.Value.Width, [.. pair.Value.Values.Select(change)])),
    };

    private static PooledStates Walk(CounterRandom random, bool strange)
    {
        var values = new float[(Layers + 1) * Width];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((i < Width ? 3 + i % Width : values[i - Width]) + (i / Width > 5 && strange ? 1.2 : 0.3) * random.NextNormal());
        }

        return new PooledStates(Layers + 1, Width, values);
    }
}
