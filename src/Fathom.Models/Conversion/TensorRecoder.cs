using System.Buffers.Binary;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Gives the bytes of a planned tensor piece by piece: copied where type and order stay, else widened to fp32 and stored anew.</summary>
internal static unsafe class TensorRecoder
{
    private const int Piece = 1 << 18;

    public static void Write(PlannedTensor plan, Action<ReadOnlySpan<byte>> write, CancellationToken stop)
    {
        var source = plan.Source;
        var elements = source.ElementCount;
        if (elements == 0) return;
        if (plan.Type == source.Type && plan.RowOrder is null)
        {
            for (long at = 0; at < source.ByteLength; at += Piece)
            {
                stop.ThrowIfCancellationRequested();
                write(new ReadOnlySpan<byte>(source.Data + at, (int)Math.Min(Piece, source.ByteLength - at)));
            }

            return;
        }

        // Rows are what the order moves; without one any whole number of blocks will do.
        var row = plan.RowOrder is null ? elements : elements / plan.RowOrder.Length;
        for (long r = 0; r < elements / row; r++)
        {
            var start = (plan.RowOrder?[r] ?? 0) * row;
            for (long at = 0; at < row; at += Piece)
            {
                stop.ThrowIfCancellationRequested();
                Recode(plan, start + at, (int)Math.Min(Piece, row - at), write);
            }
        }
    }

    private static void Recode(PlannedTensor plan, long start, int count, Action<ReadOnlySpan<byte>> write)
    {
        var source = plan.Source;
        var info = DTypeInfo.Of(source.Type);
        var bytes = new ReadOnlySpan<byte>(source.Data + info.ByteLength(start), checked((int)info.ByteLength(count)));
        if (plan.Type == source.Type)
        {
            write(bytes);
            return;
        }

        var values = new float[count];
        if (source.Type == DType.F64)
        {
            for (var i = 0; i < count; i++) values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
        }
        else
        {
            BlockDecoder.Decode(source.Type, bytes, values);
        }

        var stored = new byte[DTypeInfo.Of(plan.Type).ByteLength(count)];
        var bad = BlockEncoder.Encode(plan.Type, values, stored);
        if (bad >= 0) throw new FathomException($"tensor '{source.Name}' has {values[bad]} at index {start + bad}, which {DTypeInfo.Of(plan.Type).Name} cannot hold; choose --type bf16 or f32");
        write(stored);
    }
}
