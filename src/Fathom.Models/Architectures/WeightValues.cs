using Fathom.Tensors;

namespace Fathom.Models.Architectures;

/// <summary>Widens a stored tensor's values.</summary>
internal static unsafe class WeightValues
{
    private const int Piece = 1 << 16;

    /// <summary>Fills <paramref name="values"/> with the tensor's numbers.</summary>
    public static void Decode(StoredTensor tensor, Span<float> values) =>
        BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength)), values);

    /// <summary>Index of the first number that is not finite, or -1; reads the tensor piece by piece.</summary>
    public static long FirstNotFinite(StoredTensor tensor)
    {
        var info = DTypeInfo.Of(tensor.Type);
        var values = new float[Piece];
        var count = tensor.ElementCount;
        for (long start = 0; start < count; start += Piece)
        {
            var length = (int)Math.Min(Piece, count - start);
            var bytes = new ReadOnlySpan<byte>(tensor.Data + info.ByteLength(start), (int)info.ByteLength(length));
            BlockDecoder.Decode(tensor.Type, bytes, values.AsSpan(0, length));
            for (var i = 0; i < length; i++)
            {
                if (!float.IsFinite(values[i])) return start + i;
            }
        }

        return -1;
    }
}
