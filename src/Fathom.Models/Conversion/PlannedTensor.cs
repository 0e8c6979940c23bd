using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>A tensor to be written: under which name, from which one, stored how, its rows in which order (null: as they are).</summary>
internal sealed record PlannedTensor(string Name, StoredTensor Source, DType Type, int[]? RowOrder = null)
{
    public ImmutableArray<long> Shape => Source.Shape;

    public long Bytes => DTypeInfo.Of(Type).ByteLength(Source.ElementCount);
}
