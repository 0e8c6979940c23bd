using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// The true sums of the outer products of many vectors (<see cref="ExactSums"/>), so that the covariance does not depend on the order
/// of the vectors nor on how they were shared out, and a large mean beside a small spread costs nothing. Keeps besides what Ledoit and
/// Wolf's shrinkage needs of the fourth moment: sums of |z|² z and |z|⁴. Memory is width², whatever the number of vectors.
/// </summary>
internal sealed class CovarianceSums
{
    private const int FirstVectors = 16;

    private readonly int _width;

    // Lower triangle, row by row: entry (i, j) at i (i + 1) / 2 + j.
    private readonly ExactSums _products;
    private readonly ExactSums _sums;
    private readonly ExactSums _weighted;
    private readonly ExactSums _fourth;
    private readonly double[] _terms;
    private float[] _waiting = [];
    private int _waitingCount;

    public CovarianceSums(int width)
    {
        _width = width;
        _products = new ExactSums(PackedLength(width));
        _sums = new ExactSums(width);
        _weighted = new ExactSums(width);
        _fourth = new ExactSums(1);
        _terms = new double[width];
    }

    public int Count { get; private set; }

    /// <summary>Numbers in a packed triangle.</summary>
    public static int PackedLength(int width) => checked((int)((long)width * (width + 1) / 2));

    /// <summary>Bytes for vectors of this width: three doubles a product.</summary>
    public static long Bytes(long width) => 12 * width * (width + 1) + 4 * ExactOuterProducts.MostVectors * width;

    public void Add(ReadOnlySpan<float> vector)
    {
        for (var i = 0; i < _width; i++)
        {
            _terms[i] = vector[i];
        }

        AddMoments(_terms);
        Wait(vector);
    }

    public void Add(ReadOnlySpan<double> vector)
    {
        AddMoments(vector);
        Span<float> narrow = _width <= 1024 ? stackalloc float[_width] : new float[_width];
        var same = true;
        for (var i = 0; i < _width; i++)
        {
            narrow[i] = (float)vector[i];
            same &= narrow[i] == vector[i];
        }

        if (same)
        {
            Wait(narrow);
            return;
        }

        // Numbers of 53 bits: one product at a time.
        for (int i = 0, at = 0; i < _width; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _products.AddProduct(at++, vector[i], vector[j]);
            }
        }
    }

    public void MergeWith(CovarianceSums other)
    {
        other.TakeIn();
        TakeIn();
        _products.Add(other._products);
        _sums.Add(other._sums);
        _weighted.Add(other._weighted);
        _fourth.Add(other._fourth);
        Count = checked(Count + other.Count);
    }

    /// <summary>Mean, covariance (divided by the count; packed), Ledoit and Wolf's shrinkage and the sum of |z - mean|⁴.</summary>
    public (double[] Mean, double[] Covariance, double Shrinkage, double Fourth) Finish()
    {
        TakeIn();
        var sums = new DoubleDouble[_width];
        var mean = new DoubleDouble[_width];
        for (var i = 0; i < _width; i++)
        {
            sums[i] = _sums[i];
            mean[i] = sums[i] / Count;
        }

        // m' P m and m' m, P the sum of outer products, for the fourth moment about the mean.
        var covariance = new double[_products.Length];
        var rows = new (DoubleDouble Quadratic, DoubleDouble Diagonal, double Squares)[_width];
        var share = (DoubleDouble)1 / Count;
        Workers.Run(_width, 40L * _products.Length, task =>
        {
            var i = _width - 1 - task;
            var quadratic = default(DoubleDouble);
            var squares = 0.0;
            for (var j = 0; j <= i; j++)
            {
                var at = i * (i + 1) / 2 + j;
                var product = _products[at];
                var value = (double)((product - mean[i] * sums[j]) * share);
                if (i == j) value = Math.Max(0, value);
                quadratic += product * mean[j] * (i == j ? 1 : 2);
                squares += (i == j ? 1 : 2) * value * value;
                covariance[at] = value;
            }

            rows[i] = (quadratic, _products[i * (i + 1) / 2 + i], squares);
        });

        DoubleDouble quadratics = default, meanSquare = default, meanWeighted = default, total = default;
        double squares = 0, trace = 0;
        for (var i = 0; i < _width; i++)
        {
            quadratics += rows[i].Quadratic * mean[i];
            total += rows[i].Diagonal;
            squares += rows[i].Squares;
            trace += covariance[i * (i + 1) / 2 + i];
            meanSquare += mean[i] * mean[i];
            meanWeighted += mean[i] * _weighted[i];
        }

        // Sum of |z - m|⁴ = sum of (a - 2 m.z + c)², a = |z|², c = |m|²; the sum of m.z is n c.
        var fourth = (double)(_fourth[0] + quadratics * 4 - meanWeighted * 4 + total * meanSquare * 2 - meanSquare * meanSquare * (3.0 * Count));
        return ([.. mean.Select(static value => (double)value)], covariance, FullGaussian.LedoitWolfShrinkage(_width, Count, trace, squares, fourth), fourth);
    }

    public void Write(string name, TensorBag tensors)
    {
        TakeIn();
        tensors.Add(name + ".products", _products);
        tensors.Add(name + ".sums", _sums);
        tensors.Add(name + ".weighted", _weighted);
        tensors.Add(name + ".fourth", _fourth);
        tensors.Add(name + ".count", new[] { (long)Count }, 1);
    }

    public void Read(string name, TensorBag tensors)
    {
        tensors.Read(name + ".products", _products);
        tensors.Read(name + ".sums", _sums);
        tensors.Read(name + ".weighted", _weighted);
        tensors.Read(name + ".fourth", _fourth);
        Count = tensors.ReadCount(name + ".count");
    }

    // What a vector adds to the sums of lower order; its own square is the same pair of doubles wherever it is met.
    private void AddMoments(ReadOnlySpan<double> vector)
    {
        var square = default(DoubleDouble);
        for (var i = 0; i < _width; i++)
        {
            square += DoubleDouble.Square(vector[i]);
        }

        _sums.Add(vector);
        for (var i = 0; i < _width; i++)
        {
            _weighted.AddProduct(i, square.High, vector[i]);
            _weighted.Add(i, square.Low * vector[i]);
        }

        var fourth = square * square;
        _fourth.Add(0, fourth.High);
        _fourth.Add(0, fourth.Low);
        Count = checked(Count + 1);
    }

    private void Wait(ReadOnlySpan<float> vector)
    {
        if ((_waitingCount + 1) * _width > _waiting.Length)
        {
            Array.Resize(ref _waiting, checked(_width * Math.Clamp(2 * _waitingCount, FirstVectors, ExactOuterProducts.MostVectors)));
        }

        vector.CopyTo(_waiting.AsSpan(_waitingCount++ * _width));
        if (_waitingCount == ExactOuterProducts.MostVectors) TakeIn();
    }

    private void TakeIn()
    {
        if (_waitingCount == 0) return;
        ExactOuterProducts.Add(_waiting.AsSpan(0, _waitingCount * _width), _waitingCount, _width, _products);
        _waitingCount = 0;
    }
}
