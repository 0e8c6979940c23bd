using System.Runtime.InteropServices;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Variables to and from safetensors files.</summary>
internal static class WeightFile
{
    private const int Piece = 1 << 16;

    /// <summary>Writes variables in their order; the file appears whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Variable>> tensors, WeightPrecision precision, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var type = precision == WeightPrecision.Bf16 ? DType.BF16 : DType.F32;
        using var writer = SafetensorsWriter.Create(path, [.. tensors.Select(pair => new SafetensorsEntry(pair.Key, type, [.. pair.Value.Shape.Select(size => (long)size)]))], metadata);
        var narrow = new ushort[Piece];
        foreach (var (_, variable) in tensors)
        {
            for (var at = 0; at < variable.Length; at += Piece)
            {
                var values = variable.Values.Slice(at, Math.Min(Piece, variable.Length - at));
                if (precision == WeightPrecision.Fp32)
                {
                    writer.Write(MemoryMarshal.AsBytes(values));
                    continue;
                }

                for (var i = 0; i < values.Length; i++) narrow[i] = Round(values[i]);
                writer.Write(MemoryMarshal.AsBytes(narrow.AsSpan(0, values.Length)));
            }
        }

        writer.Complete();
    }

    /// <summary>Fills variables from a file that has exactly them.</summary>
    /// <exception cref="FathomException">A tensor is missing, of another shape, or not known.</exception>
    public static void Read(string path, IReadOnlyList<KeyValuePair<string, Variable>> tensors)
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var (name, variable) in tensors)
        {
            var tensor = file.GetTensor(name);
            if (!tensor.Shape.SequenceEqual(variable.Shape.Select(size => (long)size)))
                throw new FathomException($"{path}: tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], [{string.Join(", ", variable.Shape)}] was expected");
            if (!BlockDecoder.CanDecode(tensor.Type)) throw new FathomException($"{path}: tensor '{name}' is not of a floating-point type");
            WeightValues.Decode(tensor, variable.Values);
        }

        if (file.Names.Count != tensors.Count)
        {
            var known = tensors.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
            throw new FathomException($"{path}: has a tensor '{file.Names.First(name => !known.Contains(name))}' that the model has no place for");
        }
    }

    /// <summary>The 16 bits nearest to a number, ties to even; not-a-numbers stay so.</summary>
    internal static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)(bits >> 16 | 0x40) : (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }
}
