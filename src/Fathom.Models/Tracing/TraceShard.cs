using System.Text;
using Fathom.Formats;

namespace Fathom.Models.Tracing;

/// <summary>
/// Some samples' traces as one safetensors file: <c>states.MODE [samples, entries, width]</c>; everything of varying length lies end
/// to end with offsets <c>[samples + 1]</c> beside it (<c>prompt_tokens</c>, <c>output_tokens</c> with <c>log_probabilities</c>,
/// <c>entropies</c> and <c>max_probabilities</c>; <c>text</c>, <c>output</c> and <c>label</c> as UTF-8 bytes, <c>has_label</c>). Where there were dropout passes:
/// <c>dropout_log_probabilities [samples, passes]</c>; where class tokens were named: <c>class_logits [samples, classes]</c> and
/// <c>prompt_log_sum_exp [samples]</c>.
/// </summary>
internal static class TraceShard
{
    /// <summary>Name of the tensor of dropout passes.</summary>
    internal const string Dropout = "dropout_log_probabilities";

    /// <summary>Names of the tensors of class logits.</summary>
    internal const string ClassLogits = "class_logits";

    /// <summary>Name of the tensor of sums over the vocabulary.</summary>
    internal const string PromptLogSumExp = "prompt_log_sum_exp";

    private const string Format = "fathom-traces-1";

    /// <summary>Writes a file; the same traces give the same bytes.</summary>
    public static void Write(string path, IReadOnlyList<Trace> traces)
    {
        var bundle = new TensorBundle().Add("index", traces.Select(trace => trace.Index).ToArray());
        AddRagged(bundle, "prompt_tokens", traces, trace => trace.PromptTokens);
        AddRagged(bundle, "output_tokens", traces, trace => trace.OutputTokens);
        bundle.Add("log_probabilities", traces.SelectMany(trace => trace.LogProbabilities).ToArray());
        bundle.Add("entropies", traces.SelectMany(trace => trace.Entropies).ToArray());
        bundle.Add("max_probabilities", traces.SelectMany(trace => trace.MaxProbabilities).ToArray());
        AddRagged(bundle, "text", traces, trace => Encoding.UTF8.GetBytes(trace.Text));
        AddRagged(bundle, "output", traces, trace => Encoding.UTF8.GetBytes(trace.Output));
        AddRagged(bundle, "label", traces, trace => Encoding.UTF8.GetBytes(trace.Label ?? ""));
        bundle.Add("has_label", traces.Select(trace => (byte)(trace.Label is null ? 0 : 1)).ToArray());
        foreach (var pooling in traces[0].States.Keys.Order()) AddStates(bundle, path, pooling, traces);
        if (traces.Any(trace => trace.DropoutLogProbabilities is not null)) AddDropout(bundle, path, traces);
        if (traces.Any(trace => trace.ClassLogits is not null)) AddClassLogits(bundle, path, traces);
        SafetensorsWriter.Save(path, bundle, new Dictionary<string, string> { ["format"] = Format });
    }

    /// <summary>Checks that a file is whole and has this many samples.</summary>
    /// <exception cref="FathomException">It is damaged, no file of traces, or has another number of samples.</exception>
    public static void Check(string path, int count)
    {
        using var file = Open(path);
        if (file.GetTensor("index").ElementCount != count) throw new FathomException($"{path}: has {file.GetTensor("index").ElementCount} samples, expected {count}; delete it to have it made again");
    }

    /// <summary>Reads a file, trace by trace.</summary>
    /// <exception cref="FathomException">It is damaged or no file of traces.</exception>
    public static IEnumerable<Trace> Read(string path)
    {
        using var file = Open(path);
        var reader = new TraceShardReader(file);
        for (var sample = 0; sample < reader.Count; sample++) yield return reader.Read(sample);
    }

    private static SafetensorsFile Open(string path)
    {
        var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") == Format) return file;
        file.Dispose();
        throw new FathomException($"{path}: is not a file of traces of this version of Fathom");
    }

    private static void AddDropout(TensorBundle bundle, string path, IReadOnlyList<Trace> traces)
    {
        var passes = traces[0].DropoutLogProbabilities?.Length;
        foreach (var trace in traces)
        {
            if (trace.DropoutLogProbabilities?.Length != passes) throw new FathomException($"{path}: sample {trace.Index} has another number of dropout passes than sample {traces[0].Index}");
        }

        bundle.Add(Dropout, traces.SelectMany(trace => trace.DropoutLogProbabilities!).ToArray(), traces.Count, passes!.Value);
    }

    private static void AddClassLogits(TensorBundle bundle, string path, IReadOnlyList<Trace> traces)
    {
        var classes = traces[0].ClassLogits?.Length;
        foreach (var trace in traces)
        {
            if (trace.ClassLogits?.Length != classes || trace.PromptLogSumExp is null) throw new FathomException($"{path}: sample {trace.Index} has other class logits than sample {traces[0].Index}");
        }

        bundle.Add(ClassLogits, traces.SelectMany(trace => trace.ClassLogits!).ToArray(), traces.Count, classes!.Value);
        bundle.Add(PromptLogSumExp, traces.Select(trace => trace.PromptLogSumExp!.Value).ToArray());
    }

    private static void AddStates(TensorBundle bundle, string path, Pooling pooling, IReadOnlyList<Trace> traces)
    {
        var first = traces[0].States[pooling];
        var size = first.Values.Length;
        var values = new float[checked(size * traces.Count)];
        for (var i = 0; i < traces.Count; i++)
        {
            if (traces[i].States.Count != traces[0].States.Count || !traces[i].States.TryGetValue(pooling, out var states) || states.Entries != first.Entries || states.Width != first.Width)
                throw new FathomException($"{path}: sample {traces[i].Index} has other pooled states than sample {traces[0].Index}");
            states.Values.CopyTo(values, i * size);
        }

        bundle.Add(StatesName(pooling), values, traces.Count, first.Entries, first.Width);
    }

    /// <summary>Name of the tensor of a way of pooling.</summary>
    internal static string StatesName(Pooling pooling) => "states." + PoolingNames.NameOf(pooling);

    private static void AddRagged<T>(TensorBundle bundle, string name, IReadOnlyList<Trace> traces, Func<Trace, T[]> part)
        where T : unmanaged
    {
        var offsets = new long[traces.Count + 1];
        var all = new List<T>();
        for (var i = 0; i < traces.Count; i++)
        {
            all.AddRange(part(traces[i]));
            offsets[i + 1] = all.Count;
        }

        bundle.Add(name, all.ToArray(), all.Count).Add(name + "_offsets", offsets);
    }
}
