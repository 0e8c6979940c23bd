using System.Runtime.InteropServices;

namespace Fathom.Models.Tracing;

/// <summary>A trace as the bytes of one log record.</summary>
internal static class TraceRecord
{
    private const byte Version = 1;

    // What a record with dropout passes begins with; they come last.
    private const byte VersionWithDropout = 2;

    // With class logits, which come after the dropout passes (an empty list: there are none).
    private const byte VersionWithLogits = 3;

    public static byte[] Write(Trace trace)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(trace.ClassLogits is not null ? VersionWithLogits : trace.DropoutLogProbabilities is null ? Version : VersionWithDropout);
        writer.Write(trace.Index);
        writer.Write(trace.Text);
        writer.Write(trace.Label is not null);
        if (trace.Label is not null) writer.Write(trace.Label);
        writer.Write(trace.Output);
        WriteArray<int>(writer, trace.PromptTokens);
        WriteArray<int>(writer, trace.OutputTokens);
        WriteArray<double>(writer, trace.LogProbabilities);
        WriteArray<double>(writer, trace.Entropies);
        WriteArray<double>(writer, trace.MaxProbabilities);
        writer.Write(trace.States.Count);
        foreach (var (pooling, states) in trace.States.OrderBy(pair => pair.Key))
        {
            writer.Write((int)pooling);
            writer.Write(states.Entries);
            writer.Write(states.Width);
            WriteArray<float>(writer, states.Values);
        }

        if (trace.DropoutLogProbabilities is not null || trace.ClassLogits is not null) WriteArray<double>(writer, trace.DropoutLogProbabilities ?? []);
        if (trace.ClassLogits is not null)
        {
            WriteArray<float>(writer, trace.ClassLogits);
            writer.Write(trace.PromptLogSumExp ?? throw new ArgumentException("class logits without the sum over the vocabulary", nameof(trace)));
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="FathomException">The record is not one of ours.</exception>
    public static Trace Read(byte[] bytes, string file)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            var version = reader.ReadByte();
            if (version is not (Version or VersionWithDropout or VersionWithLogits)) throw new FathomException($"{file}: was written by another version of Fathom; delete it to start again");
            var trace = new Trace
            {
                Index = reader.ReadInt32(),
                Text = reader.ReadString(),
                Label = reader.ReadBoolean() ? reader.ReadString() : null,
                Output = reader.ReadString(),
                PromptTokens = ReadArray<int>(reader),
                OutputTokens = ReadArray<int>(reader),
                LogProbabilities = ReadArray<double>(reader),
                Entropies = ReadArray<double>(reader),
                MaxProbabilities = ReadArray<double>(reader),
                States = new Dictionary<Pooling, PooledStates>(),
            };
            var states = new Dictionary<Pooling, PooledStates>();
            for (var left = reader.ReadInt32(); left > 0; left--) states.Add((Pooling)reader.ReadInt32(), new PooledStates(reader.ReadInt32(), reader.ReadInt32(), ReadArray<float>(reader)));
            var dropout = version == Version ? null : ReadArray<double>(reader);
            if (version == VersionWithLogits && dropout!.Length == 0) dropout = null;
            return version == VersionWithLogits
                ? trace with { States = states, DropoutLogProbabilities = dropout, ClassLogits = ReadArray<float>(reader), PromptLogSumExp = reader.ReadDouble() }
                : trace with { States = states, DropoutLogProbabilities = dropout };
        }
        catch (Exception failure) when (failure is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new FathomException($"{file}: a record is not a trace ({failure.Message.ReplaceLineEndings(" ")}); delete the file to start again", failure);
        }
    }

    private static void WriteArray<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static unsafe T[] ReadArray<T>(BinaryReader reader)
        where T : unmanaged
    {
        var count = reader.ReadInt32();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (count < 0 || (long)count * sizeof(T) > left) throw new EndOfStreamException($"{count} values do not fit in {left} bytes");
        var values = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
