using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fathom.Formats;
using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Tensors of a detector file by name; remembers which were read, so that extra ones are noticed.</summary>
internal sealed class TensorBag
{
    private readonly SortedDictionary<string, Array> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public IEnumerable<string> Unread => _data.Keys.Where(name => !_read.Contains(name));

    public void Add(string name, Array data, params long[] shape)
    {
        _data.Add(name, data);
        _shapes.Add(name, shape);
    }

    /// <summary>Adds exact sums, their parts as three tensors.</summary>
    public void Add(string name, ExactSums sums)
    {
        var (high, middle, low) = sums.Parts;
        Add(name + ".high", high, high.Length);
        Add(name + ".middle", middle, middle.Length);
        Add(name + ".low", low, low.Length);
    }

    /// <summary>Reads exact sums of the length that <paramref name="sums"/> has.</summary>
    public void Read(string name, ExactSums sums) => sums.Restore(
        ReadFinite(name + ".high", double.MinValue, sums.Length),
        ReadFinite(name + ".middle", double.MinValue, sums.Length),
        ReadFinite(name + ".low", double.MinValue, sums.Length));

    /// <summary>Reads a number of samples.</summary>
    public int ReadCount(string name) => Read<long>(name, 1)[0] is >= 0 and <= int.MaxValue and var count
        ? (int)count
        : throw new FathomException($"tensor '{name}' is not a number of samples");

    /// <summary>Whether a tensor of this name is there.</summary>
    public bool Has(string name) => _data.ContainsKey(name);

    /// <summary>Copies every tensor out of a mapped file.</summary>
    public static TensorBag From(SafetensorsFile file)
    {
        var bag = new TensorBag();
        foreach (var name in file.Names)
        {
            var tensor = file.GetTensor(name);
            Array data = tensor.Type switch
            {
                DType.F64 => Copy<double>(tensor),
                DType.F32 => Copy<float>(tensor),
                DType.I64 => Copy<long>(tensor),
                DType.U8 => Copy<byte>(tensor),
                _ => throw new FathomException($"tensor '{name}' has element type {tensor.Type}; a detector file has F64, F32, I64 and U8"),
            };
            bag.Add(name, data, [.. tensor.Shape]);
        }

        return bag;
    }

    public TensorBundle ToBundle()
    {
        var bundle = new TensorBundle();
        foreach (var (name, data) in _data)
        {
            _ = data switch
            {
                double[] values => bundle.Add(name, values, _shapes[name]),
                float[] values => bundle.Add(name, values, _shapes[name]),
                byte[] values => bundle.Add(name, values, _shapes[name]),
                _ => bundle.Add(name, (long[])data, _shapes[name]),
            };
        }

        return bundle;
    }

    /// <summary>SHA-256 over a text and every tensor (name, type, shape, little-endian values) in the order of their names.</summary>
    public string Checksum(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        Span<byte> number = stackalloc byte[8];
        foreach (var (name, data) in _data)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {data.GetType().GetElementType()!.Name}"));
            foreach (var dimension in _shapes[name])
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, dimension);
                hash.AppendData(number);
            }

            switch (data)
            {
                case double[] values:
                    Append(hash, values);
                    break;
                case float[] values:
                    Append(hash, values);
                    break;
                case byte[] values:
                    Append(hash, values);
                    break;
                default:
                    Append(hash, (long[])data);
                    break;
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A tensor of exactly this element type and shape; a -1 leaves a dimension free.</summary>
    public T[] Read<T>(string name, params long[] shape)
        where T : struct
    {
        if (!_data.TryGetValue(name, out var data))
        {
            throw new FathomException($"tensor '{name}' is missing");
        }

        var actual = _shapes[name];
        var fits = actual.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] < 0 || shape[i] == actual[i];
        }

        if (!fits || data is not T[] values)
        {
            throw new FathomException($"tensor '{name}' is {data.GetType().GetElementType()!.Name} [{string.Join(", ", actual)}]; expected {typeof(T).Name} [{string.Join(", ", shape)}]");
        }

        _read.Add(name);
        return values;
    }

    /// <summary>The same, every value finite and at least <paramref name="least"/>.</summary>
    public double[] ReadFinite(string name, double least, params long[] shape)
    {
        var values = Read<double>(name, shape);
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || values[i] < least)
            {
                throw new FathomException($"tensor '{name}' holds {values[i]} at {i}; expected finite numbers{(least == 0 ? ", none negative" : "")}");
            }
        }

        return values;
    }

    /// <summary>fp32 numbers, every one finite.</summary>
    public float[] ReadFiniteFloats(string name, params long[] shape)
    {
        var values = Read<float>(name, shape);
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new FathomException($"tensor '{name}' holds {values[i]} at {i}; expected finite numbers");
        }

        return values;
    }

    // In pieces, since the bytes of an array may be more than a span can hold.
    private static void Append<T>(IncrementalHash hash, T[] values)
        where T : unmanaged
    {
        const int Piece = 1 << 24;
        for (var start = 0; start < values.Length; start += Piece)
        {
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Piece, values.Length - start))));
        }
    }

    private static unsafe T[] Copy<T>(StoredTensor tensor)
        where T : unmanaged
    {
        var count = tensor.ElementCount;
        if (count > Array.MaxLength) throw new FathomException($"tensor '{tensor.Name}' has {count} elements; at most {Array.MaxLength} are read");
        var values = new T[count];
        fixed (T* start = values)
        {
            Buffer.MemoryCopy(tensor.Data, start, tensor.ByteLength, tensor.ByteLength);
        }

        return values;
    }
}
