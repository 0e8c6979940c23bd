using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Name">Name, unique in the file; not <c>__metadata__</c>.</param>
/// <param name="Type">Element type: any <see cref="DType"/> that is not block-quantised.</param>
/// <param name="Shape">Row-major shape, outermost first; empty for a scalar.</param>
public sealed record SafetensorsEntry(string Name, DType Type, ImmutableArray<long> Shape)
{
    /// <summary>Number of bytes the elements take.</summary>
    /// <exception cref="FathomException">A dimension is negative, the size overflows, or the type is not one of the format.</exception>
    public long ByteLength
    {
        get
        {
            try
            {
                long bytes = SafetensorsType.BytesOf(Type);
                foreach (var dimension in Shape)
                {
                    if (dimension < 0) throw new FathomException($"tensor {FileErrors.Quote(Name)}: dimension {dimension} is negative");
                    bytes = checked(bytes * dimension);
                }

                return bytes;
            }
            catch (OverflowException overflow)
            {
                throw new FathomException($"tensor {FileErrors.Quote(Name)}: shape [{string.Join(", ", Shape)}] takes more bytes than a file can have", overflow);
            }
        }
    }
}
