using System.Globalization;
using System.Text;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Tracing;

/// <summary>
/// Some consecutive samples as one safetensors file: pooled states <c>states.MODE [samples, layers + 1, width]</c>, and lists of
/// different lengths as <c>X</c> flat with <c>X.offsets [samples + 1]</c>; texts are UTF-8 bytes.
/// </summary>
internal static class TraceShard
{
    public static void Write(string path, IReadOnlyList<Trace> traces, IReadOnlyDictionary<string, string> settings)
    {
        var bundle = new TensorBundle();
        bundle.Add("index", traces.Select(t => (long)t.Index).ToArray());
        AddLists(bundle, "prompt_tokens", traces, t => t.PromptTokens.Select(id => (long)id).ToArray());
        AddLists(bundle, "output_tokens", traces, t => t.OutputTokens.Select(id => (long)id).ToArray());
        AddLists(bundle, "log_probabilities", traces, t => t.LogProbabilities);
        AddLists(bundle, "entropies", traces, t => t.Entropies);
        AddLists(bundle, "max_probabilities", traces, t => t.MaxProbabilities);
        AddLists(bundle, "text", traces, t => Encoding.UTF8.GetBytes(t.Text));
        AddLists(bundle, "output", traces, t => Encoding.UTF8.GetBytes(t.Output));
        if (traces.Any(t => t.Label is not null))
        {
            AddLists(bundle, "label", traces, t => Encoding.UTF8.GetBytes(t.Label ?? string.Empty));
        }

        foreach (var (pooling, first) in traces[0].States.OrderBy(pair => pair.Key))
        {
            var values = new float[checked(traces.Count * first.Values.Length)];
            for (var i = 0; i < traces.Count; i++)
            {
                traces[i].States[pooling].Values.CopyTo(values, i * first.Values.Length);
            }

            bundle.Add("states." + PoolingNames.NameOf(pooling), values, traces.Count, first.Entries, first.Width);
        }

        SafetensorsWriter.Save(path, bundle, settings.ToDictionary());
    }

    public static IReadOnlyList<Trace> Read(string path, IReadOnlyDictionary<string, string> settings)
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var (name, value) in settings)
        {
            if (file.Metadata.GetValueOrDefault(name) != value)
            {
                throw new FathomException($"{path} was made with another {name} ('{file.Metadata.GetValueOrDefault(name)}', now '{value}'); use another output folder or remove it");
            }
        }

        var index = Values<long>(file, "index");
        var prompts = Lists<long>(file, "prompt_tokens", index.Length);
        var outputs = Lists<long>(file, "output_tokens", index.Length);
        var logProbabilities = Lists<double>(file, "log_probabilities", index.Length);
        var entropies = Lists<double>(file, "entropies", index.Length);
        var maxProbabilities = Lists<double>(file, "max_probabilities", index.Length);
        var texts = Lists<byte>(file, "text", index.Length);
        var written = Lists<byte>(file, "output", index.Length);
        var labels = file.TryGetTensor("label", out _) ? Lists<byte>(file, "label", index.Length) : null;
        var states = file.Names.Where(name => name.StartsWith("states.", StringComparison.Ordinal)).Select(name => States(file, name, index.Length)).ToList();
        return
        [
            .. Enumerable.Range(0, index.Length).Select(i => new Trace
            {
                Index = checked((int)index[i]),
                Text = Encoding.UTF8.GetString(texts[i]),
                Label = labels is null ? null : Encoding.UTF8.GetString(labels[i]),
                Output = Encoding.UTF8.GetString(written[i]),
                PromptTokens = Array.ConvertAll(prompts[i], id => checked((int)id)),
                OutputTokens = Array.ConvertAll(outputs[i], id => checked((int)id)),
                LogProbabilities = logProbabilities[i],
                Entropies = entropies[i],
                MaxProbabilities = maxProbabilities[i],
                States = states.ToDictionary(s => s.Mode, s => s.Samples[i]),
            }),
        ];
    }

    private static void AddLists<T>(TensorBundle bundle, string name, IReadOnlyList<Trace> traces, Func<Trace, T[]> list)
        where T : unmanaged
    {
        var lists = traces.Select(list).ToArray();
        var offsets = new long[lists.Length + 1];
        for (var i = 0; i < lists.Length; i++)
        {
            offsets[i + 1] = offsets[i] + lists[i].Length;
        }

        bundle.Add(name, lists.SelectMany(values => values).ToArray());
        bundle.Add(name + ".offsets", offsets);
    }

    private static T[][] Lists<T>(SafetensorsFile file, string name, int samples)
        where T : unmanaged
    {
        var (values, offsets) = (Values<T>(file, name), Values<long>(file, name + ".offsets"));
        if (offsets.Length != samples + 1 || offsets[0] != 0 || offsets[^1] != values.Length || offsets.Zip(offsets.Skip(1)).Any(pair => pair.First > pair.Second))
        {
            throw new FathomException($"{file.Location}: '{name}.offsets' does not cut '{name}' into {samples} lists; the file is damaged, remove it to make it again");
        }

        return [.. Enumerable.Range(0, samples).Select(i => values[(int)offsets[i]..(int)offsets[i + 1]])];
    }

    private static (Pooling Mode, PooledStates[] Samples) States(SafetensorsFile file, string name, int samples)
    {
        var tensor = file.GetTensor(name);
        if (tensor.Shape.Length != 3 || tensor.Shape[0] != samples)
        {
            throw new FathomException(string.Create(CultureInfo.InvariantCulture, $"{file.Location}: '{name}' should be [{samples}, layers + 1, width]; the file is damaged, remove it to make it again"));
        }

        var (entries, width, values) = (checked((int)tensor.Shape[1]), checked((int)tensor.Shape[2]), Values<float>(file, name));
        var each = checked(entries * width);
        return (PoolingNames.Parse(name["states.".Length..]), [.. Enumerable.Range(0, samples).Select(i => new PooledStates(entries, width, values.AsSpan(i * each, each).ToArray()))]);
    }

    private static unsafe T[] Values<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        var tensor = file.GetTensor(name);
        var expected = typeof(T) == typeof(long) ? DType.I64 : typeof(T) == typeof(double) ? DType.F64 : typeof(T) == typeof(float) ? DType.F32 : DType.U8;
        if (tensor.Type != expected)
        {
            throw new FathomException($"{file.Location}: '{name}' should be {expected}, not {tensor.Type}");
        }

        return new ReadOnlySpan<T>(tensor.Data, checked((int)tensor.ElementCount)).ToArray();
    }
}
