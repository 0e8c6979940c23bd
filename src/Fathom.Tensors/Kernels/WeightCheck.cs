namespace Fathom.Tensors.Kernels;

/// <summary>What every device asks of a stored weight before using it.</summary>
internal static class WeightCheck
{
    /// <summary>Shape of the weight (of the rows that are listed, where some are) and bytes of a stored row.</summary>
    /// <exception cref="FathomException">It is no matrix, its type is not readable, its rows are no whole blocks, or bytes are missing.</exception>
    public static (int Outputs, int Inputs, long RowBytes) Shape(StoredTensor weight, int[]? rowOrder)
    {
        var info = DTypeInfo.Of(weight.Type);
        if (weight.Shape.Length != 2 || weight.Shape[0] < 1 || weight.Shape[1] < 1 || weight.Shape[0] > int.MaxValue || weight.Shape[1] > int.MaxValue / 8)
        {
            throw new FathomException($"Tensor '{weight.Name}' has the shape [{string.Join(", ", weight.Shape)}], but a weight matrix [outputs, inputs] was expected; the file does not fit the model's configuration.");
        }

        var outputs = (int)weight.Shape[0];
        var inputs = (int)weight.Shape[1];
        if (!BlockDecoder.CanDecode(weight.Type))
        {
            throw new FathomException($"Tensor '{weight.Name}' is stored as {info.Name}, but a weight must be f32, f16, bf16 or one of GGUF's block types; convert the file.");
        }

        if (inputs % info.BlockSize != 0)
        {
            throw new FathomException($"Tensor '{weight.Name}' has rows of {inputs}, but {info.Name} needs a multiple of {info.BlockSize}; the file is damaged or was made by another tool.");
        }

        var rowBytes = info.ByteLength(inputs);
        if (weight.ByteLength != checked(rowBytes * outputs))
        {
            throw new FathomException($"Tensor '{weight.Name}' holds {weight.ByteLength} bytes, but [{outputs}, {inputs}] {info.Name} needs {rowBytes * outputs}; the file is damaged.");
        }

        if (rowOrder is not null && (rowOrder.Length == 0 || rowOrder.Any(row => (uint)row >= (uint)outputs)))
        {
            throw new ArgumentException($"The row order must list rows, each below {outputs}.", nameof(rowOrder));
        }

        return (rowOrder?.Length ?? outputs, inputs, rowBytes);
    }
}
