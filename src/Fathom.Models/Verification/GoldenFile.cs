using System.Buffers.Binary;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Verification;

/// <summary>Reads numbers out of a file of reference values.</summary>
internal sealed unsafe class GoldenFile(SafetensorsFile file)
{
    /// <summary>Path of the file.</summary>
    public string Location => file.Location;

    /// <summary>The tensors' names.</summary>
    public IReadOnlyList<string> Names => file.Names;

    /// <summary>Whether there is such a tensor.</summary>
    public bool Has(string name) => file.TryGetTensor(name, out _);

    /// <summary>Shape of a tensor.</summary>
    public int[] Shape(string name) => [.. file.GetTensor(name).Shape.Select(dimension => checked((int)dimension))];

    /// <summary>Floating-point values, checked to be of this shape.</summary>
    public float[] Floats(string name, params ReadOnlySpan<int> shape)
    {
        var tensor = file.GetTensor(name);
        CheckShape(tensor, shape);
        if (tensor.Type == DType.F64)
        {
            var doubles = new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength));
            var narrowed = new float[tensor.ElementCount];
            for (var i = 0; i < narrowed.Length; i++) narrowed[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(doubles[(8 * i)..]);
            return narrowed;
        }

        if (!BlockDecoder.CanDecode(tensor.Type)) throw new FathomException($"{Location}: tensor '{name}' is {DTypeInfo.Of(tensor.Type).Name}, expected a floating-point type");
        var values = new float[tensor.ElementCount];
        BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength)), values);
        return values;
    }

    /// <summary>Token ids or a mask: integers of any width.</summary>
    public int[] Integers(string name) => Integers(name, 0);

    /// <summary>The same where numbers below zero have a meaning: labels to ignore, distances.</summary>
    public int[] SignedIntegers(string name) => Integers(name, int.MinValue);

    private int[] Integers(string name, int least)
    {
        var tensor = file.GetTensor(name);
        var bytes = new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength));
        var values = new int[tensor.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            var value = tensor.Type switch
            {
                DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
                DType.U8 or DType.Bool => bytes[i],
                _ => throw new FathomException($"{Location}: tensor '{name}' is {DTypeInfo.Of(tensor.Type).Name}, expected i64, i32, u8 or bool"),
            };
            if (value < least || value > int.MaxValue) throw new FathomException($"{Location}: tensor '{name}' has {value} at index {i}, expected a token id or 0 and 1");
            values[i] = (int)value;
        }

        return values;
    }

    private void CheckShape(StoredTensor tensor, ReadOnlySpan<int> shape)
    {
        var fits = tensor.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++) fits = tensor.Shape[i] == shape[i];
        if (!fits) throw new FathomException($"{Location}: tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape.ToArray())}]: is the file of another model?");
    }
}
