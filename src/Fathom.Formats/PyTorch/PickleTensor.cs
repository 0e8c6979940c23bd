using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>A view of a storage: type, first element, shape and strides in elements. Checked to lie inside of it.</summary>
internal sealed record PickleTensor(PickleStorage Storage, DType Type, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides)
{
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    public long ByteLength => Elements * DTypeInfo.Of(Type).BytesPerBlock;

    /// <summary>Whether the elements follow each other in row-major order, so that no copy is needed.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected) return Elements == 0;
                expected *= Shape[i];
            }

            return true;
        }
    }

    /// <summary>Checks and makes one; what is wrong otherwise.</summary>
    public static (PickleTensor? Tensor, string? Fault) Create(PickleStorage storage, DType type, long offset, ImmutableArray<long> shape, ImmutableArray<long> strides)
    {
        if (shape.Length != strides.Length || shape.Length > 32) return (null, $"has {shape.Length} dimensions and {strides.Length} strides");
        if (offset < 0 || shape.Any(size => size < 0) || strides.Any(stride => stride < 0)) return (null, "has a negative size, stride or offset");
        var size = DTypeInfo.Of(type).BytesPerBlock;
        try
        {
            var capacity = storage.ByteLength / size;
            long elements = 1, last = offset, nonZero = 1;
            for (var i = 0; i < shape.Length; i++)
            {
                elements = checked(elements * shape[i]);
                nonZero = checked(nonZero * Math.Max(1, shape[i]));
                if (shape[i] > 1) last = checked(last + (shape[i] - 1) * strides[i]);
            }

            if (elements > 0 && last >= capacity) return (null, $"reaches element {last} of a storage of {capacity}");

            // Strides of zero would make a few bytes into any number of elements.
            if (elements > capacity) return (null, $"repeats the {capacity} elements of its storage to {elements}");
            return (new PickleTensor(storage, type, offset, shape, strides), null);
        }
        catch (OverflowException)
        {
            return (null, $"has the shape [{string.Join(", ", shape.Take(8))}], more than a file can hold");
        }
    }
}
