using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>One tensor of a GGUF file to be written.</summary>
/// <param name="Name">Name, unique in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Row-major shape, outermost first (the file has it reversed); at most 4 dimensions, rows of whole blocks.</param>
public sealed record GgufEntry(string Name, DType Type, ImmutableArray<long> Shape)
{
    /// <summary>Number of bytes the elements take.</summary>
    /// <exception cref="FathomException">The shape is impossible for the type.</exception>
    public long ByteLength
    {
        get
        {
            var info = DTypeInfo.Of(Type);
            try
            {
                if (Shape.Length > GgufHeader.MostDimensions || Shape.Any(size => size < 0)) throw new FathomException($"tensor {FileErrors.Quote(Name)}: GGUF has no place for the shape [{string.Join(", ", Shape)}]");
                if (info.IsQuantised && (Shape.Length == 0 || Shape[^1] % info.BlockSize != 0)) throw new FathomException($"tensor {FileErrors.Quote(Name)}: rows of {(Shape.Length == 0 ? 1 : Shape[^1])} elements are no multiple of {info.BlockSize}, which {info.Name} needs");
                return info.ByteLength(Shape.Aggregate(1L, (product, size) => checked(product * size)));
            }
            catch (OverflowException overflow)
            {
                throw new FathomException($"tensor {FileErrors.Quote(Name)}: shape [{string.Join(", ", Shape)}] takes more bytes than a file can have", overflow);
            }
        }
    }
}
