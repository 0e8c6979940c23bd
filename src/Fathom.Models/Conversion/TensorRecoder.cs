using System.Buffers.Binary;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Gives the bytes of a planned tensor piece by piece: copied where type and order stay, else widened to fp32 and stored anew.</summary>
internal static unsafe class TensorRecoder
{
    private const int Piece = 1 << 18;

    // Columns that are turned at a time: whole blocks of every type.
    private const int Band = 256;

    public static void Write(PlannedTensor plan, Action<ReadOnlySpan<byte>> write, CancellationToken stop)
    {
        foreach (var part in plan.Parts)
        {
            if (part.Source.ElementCount == 0) continue;
            if (part.Turned) Turn(plan, part, write, stop);
            else if (part.Rows is null && part.KeepsNumbers) Copy(plan, part, write, stop);
            else Rows(plan, part, write, stop);
        }
    }

    private static void Copy(PlannedTensor plan, TensorPart part, Action<ReadOnlySpan<byte>> write, CancellationToken stop)
    {
        var source = part.Source;
        if (plan.Type == source.Type)
        {
            for (long at = 0; at < source.ByteLength; at += Piece)
            {
                stop.ThrowIfCancellationRequested();
                write(new ReadOnlySpan<byte>(source.Data + at, (int)Math.Min(Piece, source.ByteLength - at)));
            }

            return;
        }

        var values = new float[(int)Math.Min(Piece, source.ElementCount)];
        for (long at = 0; at < source.ElementCount; at += Piece)
        {
            stop.ThrowIfCancellationRequested();
            var count = (int)Math.Min(Piece, source.ElementCount - at);
            Decode(source, at, values.AsSpan(0, count));
            Store(plan, part, values.AsSpan(0, count), write);
        }
    }

    private static void Rows(PlannedTensor plan, TensorPart part, Action<ReadOnlySpan<byte>> write, CancellationToken stop)
    {
        var source = part.Source;
        if (source.Shape.Length < 2)
        {
            var all = new float[checked((int)source.ElementCount)];
            Decode(source, 0, all);
            var ordered = part.Rows is null ? all : Array.ConvertAll(part.Rows, row => all[row]);
            Change(part, ordered, 0, 1);
            Store(plan, part, ordered, write);
            return;
        }

        var width = part.Width;
        var total = part.Rows?.Length ?? checked((int)source.Shape[0]);
        var info = DTypeInfo.Of(source.Type);
        var raw = plan.Type == source.Type && part.KeepsNumbers;
        var many = Math.Max(1, Piece / width);
        var values = raw ? [] : new float[checked(Math.Min(many, total) * width)];
        for (var first = 0; first < total; first += many)
        {
            stop.ThrowIfCancellationRequested();
            var count = Math.Min(many, total - first);
            for (var i = 0; i < count; i++)
            {
                var start = (long)(part.Rows?[first + i] ?? (first + i)) * width;
                if (raw) write(new ReadOnlySpan<byte>(source.Data + info.ByteLength(start), checked((int)info.ByteLength(width))));
                else Decode(source, start, values.AsSpan(i * width, width));
            }

            if (raw) continue;
            Change(part, values.AsSpan(0, count * width), first, width);
            Store(plan, part, values.AsSpan(0, count * width), write);
        }
    }

    // [rows, columns] comes out as [columns, rows], some columns at a time; the order and the factor are of what comes out.
    private static void Turn(PlannedTensor plan, TensorPart part, Action<ReadOnlySpan<byte>> write, CancellationToken stop)
    {
        var (rows, columns) = (checked((int)part.Source.Shape[0]), checked((int)part.Source.Shape[1]));
        if (part.Rows is not null) throw new InvalidOperationException($"'{plan.Name}' cannot be turned and put in another order at once");
        var strip = new float[Band];
        var band = new float[checked(Math.Min(Band, columns) * rows)];
        for (var first = 0; first < columns; first += Band)
        {
            stop.ThrowIfCancellationRequested();
            var count = Math.Min(Band, columns - first);
            for (var row = 0; row < rows; row++)
            {
                Decode(part.Source, (long)row * columns + first, strip.AsSpan(0, count));
                for (var i = 0; i < count; i++) band[i * rows + row] = strip[i];
            }

            Change(part, band.AsSpan(0, count * rows), first, rows);
            Store(plan, part, band.AsSpan(0, count * rows), write);
        }
    }

    private static void Change(TensorPart part, Span<float> values, int firstRow, int width)
    {
        if (part.Shift != 0)
        {
            foreach (ref var value in values) value += part.Shift;
        }

        if (part.Scale == 1) return;
        var scaled = Math.Clamp((long)(part.ScaledRows - firstRow) * width, 0, values.Length);
        foreach (ref var value in values[..(int)scaled]) value *= part.Scale;
    }

    private static void Decode(StoredTensor source, long start, Span<float> values)
    {
        var info = DTypeInfo.Of(source.Type);
        if (start % info.BlockSize != 0 || values.Length % info.BlockSize != 0) throw new FathomException($"tensor '{source.Name}' is stored in blocks of {info.BlockSize} that run over the ends of its rows, which cannot be taken apart");
        var bytes = new ReadOnlySpan<byte>(source.Data + info.ByteLength(start), checked((int)info.ByteLength(values.Length)));
        if (source.Type != DType.F64)
        {
            BlockDecoder.Decode(source.Type, bytes, values);
            return;
        }

        for (var i = 0; i < values.Length; i++) values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
    }

    private static void Store(PlannedTensor plan, TensorPart part, ReadOnlySpan<float> values, Action<ReadOnlySpan<byte>> write)
    {
        var stored = new byte[DTypeInfo.Of(plan.Type).ByteLength(values.Length)];
        var bad = BlockEncoder.Encode(plan.Type, values, stored);
        if (bad >= 0) throw new FathomException($"tensor '{part.Source.Name}' has {values[bad]}, which {DTypeInfo.Of(plan.Type).Name} cannot hold; choose --type bf16 or f32");
        write(stored);
    }
}
