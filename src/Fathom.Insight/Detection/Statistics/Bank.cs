using System.Runtime.InteropServices;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Vectors of the fit samples <c>[count, width]</c> with their places in the data set, ascending.</summary>
internal sealed class Bank : Statistic
{
    private const int MostTogether = 192;

    private readonly double[] _norms;
    private readonly Lazy<UnitPanels> _units;

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

        _units = new Lazy<UnitPanels>(() => new UnitPanels(Vectors, _norms, Width));
    }

    private delegate double ExactKey(ReadOnlySpan<float> query, double length, int item);

    private delegate void ExactValue(ReadOnlySpan<float> query, int item);

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
        Each(query, (vector, i) => cosines[i] = Cosine(vector, norm, i));
        return cosines;
    }

    /// <summary>Euclidean distance of a query to every item.</summary>
    public double[] Distances(ReadOnlySpan<float> query)
    {
        var distances = new double[Count];
        Each(query, (vector, i) => distances[i] = Math.Sqrt(VectorMath.SquaredDistance(vector, this[i])));
        return distances;
    }

    /// <summary>
    /// The largest cosines of many queries, descending: the same bits as <see cref="Cosines"/> gives. Products in fp32 say which items
    /// may be among them, and these few are computed in double.
    /// </summary>
    /// <param name="queries">Row-major <c>[count, width]</c>.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="top">How many of each; fewer items: all of them.</param>
    public double[][] LargestCosines(ReadOnlyMemory<float> queries, int count, int top) => Best(
        queries, count, top,
        static (_, _, cosine) => -cosine,
        static (_, _) => 1,
        (query, length, item) => -Cosine(query, length, item),
        static key => -key);

    /// <summary>The smallest Euclidean distances of many queries, ascending: the same bits as <see cref="Distances"/> gives.</summary>
    /// <param name="queries">Row-major <c>[count, width]</c>.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="top">How many of each; fewer items: all of them.</param>
    public double[][] SmallestDistances(ReadOnlyMemory<float> queries, int count, int top) => Best(
        queries, count, top,
        static (query, item, cosine) => query * query + item * item - 2 * query * item * cosine,
        static (query, item) => 2 * query * item + 1e-5 * (query * query + item * item),
        (query, _, item) => VectorMath.SquaredDistance(query, this[item]),
        Math.Sqrt);

    // Smallest keys: from a cosine that is off by a bounded error, how far that puts the key off, and exactly.
    private double[][] Best(
        ReadOnlyMemory<float> queries, int count, int top, Func<double, double, double, double> near, Func<double, double, double> reach, ExactKey exact, Func<double, double> finish)
    {
        top = Math.Min(top, Count);
        var units = _units.Value;
        var best = new double[count][];
        for (var first = 0; first < count; first += MostTogether)
        {
            var (start, number) = (first, Math.Min(MostTogether, count - first));
            var lengths = new double[number];
            for (var q = 0; q < number; q++)
            {
                var query = queries.Span.Slice((start + q) * Width, Width);
                lengths[q] = Math.Sqrt(VectorMath.Dot(query, query));
            }

            var cosines = units.Cosines(queries.Span.Slice(start * Width, number * Width), lengths);
            Workers.Run(number, (long)number * Count, q =>
            {
                // The largest that a key of the best can be; then all that may lie below.
                var most = new SmallestValues(top);
                for (var i = 0; i < Count; i++)
                {
                    most.Take(near(lengths[q], _norms[i], cosines[q * Count + i]) + units.Error * reach(lengths[q], _norms[i]));
                }

                var query = queries.Span.Slice((start + q) * Width, Width);
                var keys = new SmallestValues(top);
                for (var i = 0; i < Count; i++)
                {
                    if (!(near(lengths[q], _norms[i], cosines[q * Count + i]) - units.Error * reach(lengths[q], _norms[i]) > most.Largest)) keys.Take(exact(query, lengths[q], i));
                }

                best[start + q] = [.. keys.Ascending.Select(finish)];
            });
        }

        return best;
    }

    private double Cosine(ReadOnlySpan<float> query, double length, int item)
    {
        var scale = length * _norms[item];
        return scale == 0 ? 0 : Math.Clamp(VectorMath.Dot(query, this[item]) / scale, -1, 1);
    }

    private unsafe void Each(ReadOnlySpan<float> query, ExactValue value)
    {
        const int Together = 256;
        fixed (float* start = query)
        {
            var (address, length) = ((nint)start, query.Length);
            Workers.Run((Count + Together - 1) / Together, (long)Count * Width, task =>
            {
                for (var i = task * Together; i < Math.Min(Count, (task + 1) * Together); i++) value(new ReadOnlySpan<float>((float*)address, length), i);
            });
        }
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
