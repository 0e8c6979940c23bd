using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Numerics;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 13, 7)]
    [InlineData(130, 17, 300)]
    [InlineData(33, 270, 513)]
    public void AProductAddsItsTermsInOrderToTheBit(int rows, int columns, int depth)
    {
        var random = new CounterRandom(1);
        var (a, b, c) = (Random(rows * depth, random), Random(columns * depth, random), Random(rows * columns, random));
        var turned = new double[a.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < depth; k++) turned[k * rows + i] = a[i * depth + k];
        }

        var plain = (double[])c.Clone();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                for (var k = 0; k < depth; k++) plain[i * columns + j] = Math.FusedMultiplyAdd(-a[i * depth + k], b[j * depth + k], plain[i * columns + j]);
            }
        }

        MatrixProducts.AddTransposed(MatrixView.Of(c, columns), MatrixView.Of(turned, rows).Turned, MatrixView.Of(b, depth), rows, columns, depth, -1);
        Assert.Equal(plain, c);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(128)]
    [InlineData(300)]
    public void AFactorTimesItselfIsTheMatrixAndItsInverseUndoesIt(int size)
    {
        var matrix = Positive(size, 2);
        var factor = (double[])matrix.Clone();
        Assert.True(Cholesky.Factor(factor, size, 0));
        var inverse = Cholesky.Invert(factor, size);
        double worst = 0, unit = 0;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                double sum = 0, one = 0;
                for (var k = 0; k <= j; k++) sum += factor[i * size + k] * factor[j * size + k];
                for (var k = j; k <= i; k++) one += inverse[i * size + k] * factor[k * size + j];
                worst = Math.Max(worst, Math.Abs(sum - matrix[i * size + j]));
                unit = Math.Max(unit, Math.Abs(one - (i == j ? 1 : 0)));
            }
        }

        Assert.True(worst < 1e-12 * size, $"{worst}");
        Assert.True(unit < 1e-11 * size, $"{unit}");
    }

    [Fact]
    public void AMatrixThatIsNotPositiveIsSaidToBeSo()
    {
        double[] matrix = [1, 2, 2, 1];
        Assert.False(Cholesky.Factor((double[])matrix.Clone(), 2, 0));
        Assert.False(Cholesky.Factor(matrix, 2, 1e-3));
        Assert.Equal(Math.Sqrt(1e-3), matrix[3]);
    }

    [Theory]
    [InlineData(40, 23)]
    [InlineData(8, 64)]
    [InlineData(3, 5)]
    public void ManyVectorsAreMultipliedAsOneByOne(int rows, int width)
    {
        var random = new CounterRandom(3);
        var matrix = PanelMatrix.Of(Random(rows * width, random), rows, width);
        var vectors = Random(11 * width, random);
        var products = matrix.Multiply(vectors, 11);
        for (var q = 0; q < 11; q++)
        {
            Assert.Equal(products[(q * rows)..((q + 1) * rows)], matrix.Multiply(vectors.AsSpan(q * width, width), 1));
            for (var r = 0; r < rows; r++)
            {
                var sum = 0.0;
                for (var k = 0; k < width; k++) sum = Math.FusedMultiplyAdd(vectors[q * width + k], matrix[r, k], sum);
                Assert.Equal(sum, products[q * rows + r]);
            }
        }
    }

    [Fact]
    public void ATriangleLosesNothingWhenPacked()
    {
        const int Size = 21;
        var square = Random(Size * Size, new CounterRandom(4));
        var packed = Enumerable.Range(0, Size).SelectMany(i => square[(i * Size)..(i * Size + i + 1)]).ToArray();
        var (one, other) = (PanelMatrix.OfLower(square, Size), PanelMatrix.OfPacked(packed, Size));
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < Size; j++)
            {
                Assert.Equal(j <= i ? square[i * Size + j] : 0, one[i, j]);
                Assert.Equal(one[i, j], other[i, j]);
            }
        }
    }

    [Fact]
    public void TheSmallestValuesAreThose() => Forall.Random(random =>
    {
        var most = 1 + random.NextInt32(6);
        var values = Enumerable.Range(0, random.NextInt32(40)).Select(_ => (double)random.NextInt32(20)).ToArray();
        var smallest = new SmallestValues(most);
        foreach (var value in values) smallest.Take(value);
        Assert.Equal(values.Order().Take(most), smallest.Ascending);
        Assert.Equal(values.Length < most ? double.PositiveInfinity : values.Order().ElementAt(most - 1), smallest.Largest);
    });

    private static double[] Positive(int size, ulong seed)
    {
        var random = new CounterRandom(seed);
        var rows = Random(size * 2 * size, random);
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++) matrix[i * size + j] = VectorMath.Dot(rows.AsSpan(i * 2 * size, 2 * size), rows.AsSpan(j * 2 * size, 2 * size)) / size;
        }

        return matrix;
    }

    private static double[] Random(int count, CounterRandom random) => [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
}
