using Fathom.Formats;
using Fathom.Models.Tracing;

namespace Fathom.Models.Tests;

public sealed class TraceStoreTests : IDisposable
{
    private const int Samples = 11;
    private static readonly Dictionary<string, string> Settings = new() { ["model"] = "tiny", ["template"] = "{text}" };
    private readonly TemporaryFolder _folder = new();
    private readonly LanguageModel _model = TinyModels.Load("llama");
    private readonly Trace[] _traces;

    public TraceStoreTests()
    {
        var inputs = Enumerable.Range(0, Samples).Select(i => new TraceInput { Index = i, Text = i == 3 ? "" : $"question {i} – ½", Label = i % 2 == 0 ? $"label {i}" : null, PromptTokens = Prompts.Ids(_model, i, 2 + i) });
        _traces = [.. new Tracer(_model, new TracerOptions { Poolings = [Pooling.OutputPredictive, Pooling.PromptLast], MaxNewTokens = 4 }).Run(inputs)];
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_kept_comes_back_from_log_and_shard_alike()
    {
        using var store = Open("store");
        foreach (var trace in _traces.Take(6)) store.Add(trace);
        AssertSame(_traces.Take(6), store.Read());
        Assert.True(store.Contains(5));
        Assert.False(store.Contains(6));
        foreach (var trace in _traces.Skip(6)) store.Add(trace);
        Assert.True(store.IsComplete);
        AssertSame(_traces, store.Read());
        Assert.Equal(["index.json", "traces-00001-of-00003.safetensors", "traces-00002-of-00003.safetensors", "traces-00003-of-00003.safetensors"], Names("store"));
        using var shard = SafetensorsFile.Open(store.Shards[0]);
        Assert.Equal([4L, _model.Config.Entries, _model.Config.Width], shard.GetTensor("states.output_predictive").Shape.ToArray());
    }

    [Fact]
    public void After_a_kill_anywhere_the_files_are_those_of_an_unbroken_run()
    {
        using (var whole = Open("whole")) AddMissing(whole);
        var log = LogAfter(3);
        for (var cut = 0; cut <= log.Length; cut += Math.Max(1, log.Length / 23))
        {
            var name = $"cut-{cut}";
            using (var store = Open(name)) store.Add(_traces[0]);
            using (var stream = new FileStream(Path.Combine(_folder.Sub(name), "traces-00001.log"), FileMode.Create)) stream.Write(log.AsSpan(0, cut));
            File.WriteAllBytes(Path.Combine(_folder.Sub(name), "traces-00001.log.lock"), []);
            using (var store = Open(name)) AddMissing(store);
            AssertSameFolders("whole", name);
        }
    }

    [Fact]
    public void A_kill_between_shard_and_log_does_no_harm()
    {
        using (var whole = Open("whole")) AddMissing(whole);
        using (var store = Open("late")) AddMissing(store);
        File.WriteAllBytes(Path.Combine(_folder.Sub("late"), "traces-00001.log"), LogAfter(3));
        File.Delete(Path.Combine(_folder.Sub("late"), "traces-00002-of-00003.safetensors"));
        using (var store = Open("late"))
        {
            Assert.Equal(Samples - 4, store.Count);
            AddMissing(store);
        }

        AssertSameFolders("whole", "late");
    }

    [Fact]
    public void Order_does_not_matter()
    {
        using (var whole = Open("whole")) AddMissing(whole);
        using (var store = Open("backwards"))
        {
            foreach (var trace in _traces.Reverse()) store.Add(trace);
        }

        AssertSameFolders("whole", "backwards");
    }

    [Fact]
    public void Other_settings_are_refused_and_named()
    {
        using (var store = Open("store")) store.Add(_traces[0]);
        var failure = Assert.Throws<FathomException>(() => TraceStore.Open(_folder.Sub("store"), Samples, new Dictionary<string, string> { ["model"] = "other", ["template"] = "{text}" }, 4));
        Assert.Contains("\"model\": \"other\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_damaged_shard_is_named()
    {
        using (var store = Open("store")) AddMissing(store);
        var shard = Path.Combine(_folder.Sub("store"), "traces-00002-of-00003.safetensors");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^7]);
        Assert.Contains("traces-00002", Assert.Throws<FathomException>(() => Open("store")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_is_taken_once_and_only_if_it_belongs()
    {
        using var store = Open("store");
        store.Add(_traces[2]);
        Assert.Throws<ArgumentException>(() => store.Add(_traces[2]));
        Assert.Throws<ArgumentException>(() => store.Add(_traces[2] with { Index = Samples }));
    }

    private TraceStore Open(string name) => TraceStore.Open(_folder.Sub(name), Samples, Settings, 4);

    private byte[] LogAfter(int samples)
    {
        using (var store = Open("log"))
        {
            foreach (var trace in _traces.Take(samples).Where(trace => !store.Contains(trace.Index))) store.Add(trace);
        }

        return File.ReadAllBytes(Path.Combine(_folder.Sub("log"), "traces-00001.log"));
    }

    private void AddMissing(TraceStore store)
    {
        foreach (var trace in _traces)
        {
            if (!store.Contains(trace.Index)) store.Add(trace);
        }
    }

    private string[] Names(string folder) => [.. Directory.GetFiles(_folder.Sub(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private void AssertSameFolders(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach (var name in Names(expected)) Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.Sub(expected), name)), File.ReadAllBytes(Path.Combine(_folder.Sub(actual), name)));
    }

    private static void AssertSame(IEnumerable<Trace> expected, IEnumerable<Trace> actual)
    {
        foreach (var (a, b) in expected.Zip(actual, (a, b) => (a, b)))
        {
            Assert.Equal(TraceRecord.Write(a), TraceRecord.Write(b));
        }

        Assert.Equal(expected.Count(), actual.Count());
    }
}
