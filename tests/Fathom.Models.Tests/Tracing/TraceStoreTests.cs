using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Models.Tests.Tracing;

public sealed class TraceStoreTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["model"] = "abc", ["template"] = "{question}" };
    private readonly string _folder = Directory.CreateTempSubdirectory("traces").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsReadIsWhatWasAddedInTheOrderOfTheDataSet()
    {
        using var store = Open(At("a"));
        foreach (var index in new[] { 9, 0, 5, 3, 1, 2, 4, 8, 7, 6 })
        {
            store.Add(Sample(index));
        }

        Assert.Equal(Enumerable.Range(0, 10), store.Read().Select(trace => trace.Index));
        Assert.All(store.Read(), trace => AssertSame(Sample(trace.Index), trace));
        Assert.Equal(["traces-00000.safetensors", "traces-00001.safetensors", "traces-00002.safetensors"], Files("a"));
    }

    [Fact]
    public void AnInterruptedRunEndsWithTheSameBytes()
    {
        using (var whole = Open(At("whole")))
        {
            Enumerable.Range(0, 10).ToList().ForEach(i => whole.Add(Sample(i)));
        }

        var done = 0;
        foreach (var index in new[] { 7, 1, 0, 2, 3, 9, 8, 4, 6, 5 })
        {
            using var store = Open(At("cut"));
            Assert.Equal(done++, store.Count);
            Assert.False(store.Contains(index));
            store.Add(Sample(index));

            // A torn last record, as a kill in the middle of a write leaves it.
            store.Dispose();
            foreach (var log in Directory.GetFiles(At("cut"), "*.log"))
            {
                using var file = new FileStream(log, FileMode.Append);
                file.Write([1, 2, 3]);
            }
        }

        Assert.Equal(Files("whole"), Files("cut"));
        Assert.All(Files("whole"), name => Assert.Equal(File.ReadAllBytes(Path.Combine(At("whole"), name)), File.ReadAllBytes(Path.Combine(At("cut"), name))));
    }

    [Fact]
    public void AFolderOfOtherSettingsIsRefused()
    {
        using (var store = Open(At("a")))
        {
            Enumerable.Range(0, 5).ToList().ForEach(i => store.Add(Sample(i)));
        }

        var other = new Dictionary<string, string>(Settings) { ["model"] = "xyz" };
        Assert.Contains("model", Assert.Throws<FathomException>(() => TraceStore.Open(At("a"), 10, other, 4)).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => TraceStore.Open(At("a"), 11, Settings, 4));
    }

    [Fact]
    public void ADamagedShardIsNamed()
    {
        using (var store = Open(At("a")))
        {
            Enumerable.Range(0, 4).ToList().ForEach(i => store.Add(Sample(i)));
        }

        var shard = Path.Combine(At("a"), "traces-00000.safetensors");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^7]);
        Assert.Contains("traces-00000", Assert.Throws<FathomException>(() => Open(At("a"))).Message, StringComparison.Ordinal);
    }

    private static TraceStore Open(string folder) => TraceStore.Open(folder, 10, Settings, shardSize: 4);

    private string At(string name) => Path.Combine(_folder, name);

    private string[] Files(string name) => [.. Directory.GetFiles(At(name)).Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(n => n!)];

    private static Trace Sample(int index)
    {
        var random = new CounterRandom(1, (ulong)index);
        float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
        double[] Doubles(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(100))];
        var tokens = index % 4;
        return new Trace
        {
            Index = index,
            Text = $" question {index} é🙂 ",
            Label = index % 2 == 0 ? "even" : "odd",
            Output = index == 3 ? string.Empty : "A: 12",
            PromptTokens = Ids(index + 1),
            OutputTokens = Ids(tokens),
            LogProbabilities = Doubles(tokens),
            Entropies = Doubles(tokens),
            MaxProbabilities = Doubles(tokens),
            States = new Dictionary<Pooling, PooledStates>
            {
                [Pooling.OutputPredictive] = new PooledStates(3, 5, Floats(15)),
                [Pooling.PromptLast] = new PooledStates(3, 5, Floats(15)),
            },
        };
    }

    private static void AssertSame(Trace expected, Trace actual)
    {
        Assert.Equal((expected.Index, expected.Text, expected.Label, expected.Output), (actual.Index, actual.Text, actual.Label, actual.Output));
        Assert.Equal(expected.PromptTokens, actual.PromptTokens);
        Assert.Equal(expected.OutputTokens, actual.OutputTokens);
        Assert.Equal(expected.LogProbabilities, actual.LogProbabilities);
        Assert.Equal(expected.Entropies, actual.Entropies);
        Assert.Equal(expected.MaxProbabilities, actual.MaxProbabilities);
        Assert.Equal(expected.States.Keys.Order(), actual.States.Keys.Order());
        Assert.All(expected.States, pair => Assert.Equal(pair.Value.Values, actual.States[pair.Key].Values));
    }
}
