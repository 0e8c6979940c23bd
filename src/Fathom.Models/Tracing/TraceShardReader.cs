using System.Runtime.InteropServices;
using System.Text;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Tracing;

/// <summary>Takes single traces out of a shard.</summary>
internal sealed unsafe class TraceShardReader
{
    private readonly SafetensorsFile _file;
    private readonly Pooling[] _poolings;

    public TraceShardReader(SafetensorsFile file)
    {
        _file = file;
        Count = checked((int)file.GetTensor("index").ElementCount);
        _poolings = [.. Enum.GetValues<Pooling>().Where(pooling => file.TryGetTensor(TraceShard.StatesName(pooling), out _))];
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>The trace at a place.</summary>
    public Trace Read(int sample)
    {
        var (first, count) = Range("output_tokens", sample);
        return new Trace
        {
            Index = Values<int>("index", DType.I32, sample, 1)[0],
            Text = Text("text", sample),
            Label = Values<byte>("has_label", DType.U8, sample, 1)[0] == 0 ? null : Text("label", sample),
            Output = Text("output", sample),
            PromptTokens = Part<int>("prompt_tokens", DType.I32, sample),
            OutputTokens = Values<int>("output_tokens", DType.I32, first, count),
            LogProbabilities = Values<double>("log_probabilities", DType.F64, first, count),
            Entropies = Values<double>("entropies", DType.F64, first, count),
            MaxProbabilities = Values<double>("max_probabilities", DType.F64, first, count),
            DropoutLogProbabilities = DropoutPasses(sample),
            ClassLogits = ClassLogits(sample),
            PromptLogSumExp = _file.TryGetTensor(TraceShard.PromptLogSumExp, out _) ? Values<double>(TraceShard.PromptLogSumExp, DType.F64, sample, 1)[0] : null,
            States = _poolings.ToDictionary(pooling => pooling, pooling => States(pooling, sample)),
        };
    }

    private double[]? DropoutPasses(int sample)
    {
        if (!_file.TryGetTensor(TraceShard.Dropout, out var tensor)) return null;
        if (tensor.Shape.Length != 2 || tensor.Shape[0] != Count) throw Wrong(TraceShard.Dropout);
        var passes = checked((int)tensor.Shape[1]);
        return Values<double>(TraceShard.Dropout, DType.F64, (long)sample * passes, passes);
    }

    private float[]? ClassLogits(int sample)
    {
        if (!_file.TryGetTensor(TraceShard.ClassLogits, out var tensor)) return null;
        if (tensor.Shape.Length != 2 || tensor.Shape[0] != Count) throw Wrong(TraceShard.ClassLogits);
        var classes = checked((int)tensor.Shape[1]);
        return Values<float>(TraceShard.ClassLogits, DType.F32, (long)sample * classes, classes);
    }

    private PooledStates States(Pooling pooling, int sample)
    {
        var name = TraceShard.StatesName(pooling);
        var shape = _file.GetTensor(name).Shape;
        if (shape.Length != 3 || shape[0] != Count) throw Wrong(name);
        var (entries, width) = (checked((int)shape[1]), checked((int)shape[2]));
        var size = checked(entries * width);
        return new PooledStates(entries, width, Values<float>(name, DType.F32, (long)sample * size, size));
    }

    private string Text(string name, int sample) => Encoding.UTF8.GetString(Part<byte>(name, DType.U8, sample));

    private T[] Part<T>(string name, DType type, int sample)
        where T : unmanaged
    {
        var (first, count) = Range(name, sample);
        return Values<T>(name, type, first, count);
    }

    private (long First, int Count) Range(string name, int sample)
    {
        var ends = Values<long>(name + "_offsets", DType.I64, sample, 2);
        return ends[0] >= 0 && ends[1] >= ends[0] && ends[1] - ends[0] <= int.MaxValue ? (ends[0], (int)(ends[1] - ends[0])) : throw Wrong(name + "_offsets");
    }

    private T[] Values<T>(string name, DType type, long first, int count)
        where T : unmanaged
    {
        var tensor = _file.GetTensor(name);
        if (tensor.Type != type || first < 0 || first > tensor.ElementCount - count) throw Wrong(name);
        var values = new T[count];
        new ReadOnlySpan<byte>(tensor.Data + first * sizeof(T), checked(count * sizeof(T))).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private FathomException Wrong(string name) => new($"{_file.Location}: tensor '{name}' is not what a file of traces has there; it is damaged: delete it to have it made again");
}
