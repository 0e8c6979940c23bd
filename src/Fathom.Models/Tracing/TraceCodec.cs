using System.Text;

namespace Fathom.Models.Tracing;

/// <summary>A trace as the payload of one log record (little-endian).</summary>
internal static class TraceCodec
{
    public static byte[] Encode(Trace trace)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(trace.Index);
        writer.Write(trace.Text);
        writer.Write(trace.Label is not null);
        writer.Write(trace.Label ?? string.Empty);
        writer.Write(trace.Output);
        WriteAll(writer, trace.PromptTokens, writer.Write);
        WriteAll(writer, trace.OutputTokens, writer.Write);
        WriteAll(writer, trace.LogProbabilities, writer.Write);
        WriteAll(writer, trace.Entropies, writer.Write);
        WriteAll(writer, trace.MaxProbabilities, writer.Write);
        writer.Write(trace.States.Count);
        foreach (var (pooling, states) in trace.States.OrderBy(pair => pair.Key))
        {
            writer.Write((int)pooling);
            writer.Write(states.Entries);
            writer.Write(states.Width);
            WriteAll(writer, states.Values, writer.Write);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; the log's checksum vouches for the bytes.</summary>
    public static Trace Decode(ReadOnlySpan<byte> payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload.ToArray()), Encoding.UTF8);
        var index = reader.ReadInt32();
        var text = reader.ReadString();
        var labelled = reader.ReadBoolean();
        var label = reader.ReadString();
        var output = reader.ReadString();
        var trace = new Trace
        {
            Index = index,
            Text = text,
            Label = labelled ? label : null,
            Output = output,
            PromptTokens = ReadAll(reader, reader.ReadInt32),
            OutputTokens = ReadAll(reader, reader.ReadInt32),
            LogProbabilities = ReadAll(reader, reader.ReadDouble),
            Entropies = ReadAll(reader, reader.ReadDouble),
            MaxProbabilities = ReadAll(reader, reader.ReadDouble),
            States = new Dictionary<Pooling, PooledStates>(),
        };
        var states = new Dictionary<Pooling, PooledStates>();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var pooling = (Pooling)reader.ReadInt32();
            var (entries, width) = (reader.ReadInt32(), reader.ReadInt32());
            states.Add(pooling, new PooledStates(entries, width, ReadAll(reader, reader.ReadSingle)));
        }

        return trace with { States = states };
    }

    private static void WriteAll<T>(BinaryWriter writer, T[] values, Action<T> write)
    {
        writer.Write(values.Length);
        foreach (var value in values)
        {
            write(value);
        }
    }

    private static T[] ReadAll<T>(BinaryReader reader, Func<T> read)
    {
        var values = new T[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read();
        }

        return values;
    }
}
