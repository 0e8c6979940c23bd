using Fathom.Tensors;

namespace Fathom.Models.Architectures;

/// <summary>A matrix that a file keeps <c>[inputs, outputs]</c> (GPT-2), turned round in memory.</summary>
internal static unsafe class TurnedTensor
{
    private const int Tile = 32;

    /// <summary>The matrix <c>[outputs, inputs]</c> in fp32, or in two bytes a number where the file has those.</summary>
    /// <exception cref="FathomException">Its numbers are quantised in blocks, which cannot be turned.</exception>
    public static StoredTensor Of(StoredTensor tensor)
    {
        var (rows, columns) = (checked((int)tensor.Shape[0]), checked((int)tensor.Shape[1]));
        var size = tensor.Type switch
        {
            DType.F32 => 4,
            DType.F16 or DType.BF16 => 2,
            _ => throw new FathomException($"tensor '{tensor.Name}' is stored as {DTypeInfo.Of(tensor.Type).Name}, but a matrix [inputs, outputs] must be f32, f16 or bf16; use the model's original files"),
        };

        // Pinned, since a stored tensor is an address; it lives as long as the tensor that owns it.
        var held = GC.AllocateUninitializedArray<byte>(checked(rows * columns * size), pinned: true);
        fixed (byte* to = held)
        {
            if (size == 4) Turn((uint*)tensor.Data, rows, columns, (uint*)to);
            else Turn((ushort*)tensor.Data, rows, columns, (ushort*)to);
            return new StoredTensor(tensor.Name, tensor.Type, [columns, rows], to, held.Length, held);
        }
    }

    private static void Turn<T>(T* from, int rows, int columns, T* to)
        where T : unmanaged
    {
        for (var r0 = 0; r0 < rows; r0 += Tile)
        {
            for (var c0 = 0; c0 < columns; c0 += Tile)
            {
                for (var r = r0; r < Math.Min(rows, r0 + Tile); r++)
                {
                    for (var c = c0; c < Math.Min(columns, c0 + Tile); c++) to[(long)c * rows + r] = from[(long)r * columns + c];
                }
            }
        }
    }
}
