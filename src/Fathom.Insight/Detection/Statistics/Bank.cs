using System.Runtime.InteropServices;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Vectors of the fit samples <c>[count, width]</c> with their places in the data set, ascending.</summary>
internal sealed class Bank : Statistic
{
    private readonly double[] _norms;

    public Bank(int width, long[] indices, float[] vectors)
    {
        Width = width;
        Indices = indices;
        Vectors = vectors;
        _norms = new double[indices.Length];
        for (var i = 0; i < _norms.Length; i++)
        {
            _norms[i] = Math.Sqrt(VectorMath.Dot(this[i], this[i]));
        }
    }

    public int Width { get; }

    public int Count => Indices.Length;

    public long[] Indices { get; }

    public float[] Vectors { get; }

    public ReadOnlySpan<float> this[int item] => Vectors.AsSpan(item * Width, Width);

    /// <summary>Cosine of a query with every item; 0 with an item or query of length 0. In -1..1.</summary>
    public double[] Cosines(ReadOnlySpan<float> query)
    {
        var norm = Math.Sqrt(VectorMath.Dot(query, query));
        var cosines = new double[Count];
        for (var i = 0; i < cosines.Length; i++)
        {
            var scale = norm * _norms[i];
            cosines[i] = scale == 0 ? 0 : Math.Clamp(VectorMath.Dot(query, this[i]) / scale, -1, 1);
        }

        return cosines;
    }

    /// <summary>Euclidean distance of a query to every item.</summary>
    public double[] Distances(ReadOnlySpan<float> query)
    {
        var distances = new double[Count];
        for (var i = 0; i < distances.Length; i++)
        {
            var item = this[i];
            var sum = 0.0;
            for (var j = 0; j < query.Length; j++)
            {
                var difference = (double)query[j] - item[j];
                sum += difference * difference;
            }

            distances[i] = Math.Sqrt(sum);
        }

        return distances;
    }

    /// <summary>The item that is this very sample, by place and by every bit of its vector; -1 where there is none.</summary>
    public int PlaceOf(long index, ReadOnlySpan<float> vector)
    {
        var place = Array.BinarySearch(Indices, index);
        if (place < 0) return -1;

        // Samples of several files may share an index.
        while (place > 0 && Indices[place - 1] == index) place--;
        for (; place < Count && Indices[place] == index; place++)
        {
            if (MemoryMarshal.AsBytes(vector).SequenceEqual(MemoryMarshal.AsBytes(this[place]))) return place;
        }

        return -1;
    }

    public override void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".vectors", Vectors, Count, Width);
        tensors.Add(name + ".indices", Indices, Count);
    }

    public static Bank Of(int width, IEnumerable<(long Index, float[] Vector)> items)
    {
        var sorted = items.OrderBy(static item => item.Index).ThenBy(static item => item.Vector, Comparer<float[]>.Create(Compare)).ToArray();
        var vectors = new float[checked(sorted.Length * width)];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i].Vector.CopyTo(vectors, i * width);
        }

        return new Bank(width, [.. sorted.Select(static item => item.Index)], vectors);
    }

    // Samples of several files may share an index: bytes settle their order.
    private static int Compare(float[]? a, float[]? b) =>
        MemoryMarshal.AsBytes(a.AsSpan()).SequenceCompareTo(MemoryMarshal.AsBytes(b.AsSpan()));
}
