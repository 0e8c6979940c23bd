using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>A tensor to be written: its name, how it is stored, its shape, and the parts that make it, one after another.</summary>
internal sealed record PlannedTensor(string Name, DType Type, ImmutableArray<long> Shape, IReadOnlyList<TensorPart> Parts)
{
    /// <summary>A tensor that stays as it is but for its type.</summary>
    public PlannedTensor(string name, StoredTensor source, DType type)
        : this(name, type, source.Shape, [new TensorPart(source)])
    {
    }

    public long Elements => Shape.Aggregate(1L, (product, size) => checked(product * size));

    public long Bytes => DTypeInfo.Of(Type).ByteLength(Elements);
}
