using Fathom.Insight.Detection.Statistics;
using Fathom.Insight.Numerics;

namespace Fathom.Insight.Diagnosis;

/// <summary>
/// How evenly embeddings point in all directions. The LLM-OOD paper gives isotropy as the reason why cosines work, without saying
/// which measure; these are the usual three.
/// </summary>
public sealed record Isotropy
{
    /// <summary>Number of embeddings.</summary>
    public required int Count { get; init; }

    /// <summary>Mean cosine of all pairs; low = isotropic. NaN for fewer than two.</summary>
    public required double MeanCosine { get; init; }

    /// <summary>Length of the mean of the embeddings scaled to length 1; 0 = isotropic.</summary>
    public required double MeanUnitLength { get; init; }

    /// <summary>
    /// Partition ratio min F / max F, F(c) = sum of e^(c.z), c over the eigenvectors of Z'Z with both signs (J. Mu and P. Viswanath,
    /// "All-but-the-top", 2018); 1 = isotropic.
    /// </summary>
    public double PartitionRatio => StableMath.Exp(LogPartitionRatio);

    /// <summary>Its natural logarithm, which does not underflow.</summary>
    public required double LogPartitionRatio { get; init; }

    /// <summary>Eigenvalues of the covariance (divided by the count), descending.</summary>
    public required IReadOnlyList<double> CovarianceSpectrum { get; init; }

    /// <summary>Share of the variance along the first of them. NaN without any variance.</summary>
    public double TopShare => CovarianceSpectrum[0] / CovarianceSpectrum.Sum();

    /// <summary>Participation ratio (sum of eigenvalues)² / sum of their squares: how many directions count. NaN without any variance.</summary>
    public double ParticipationRatio => CovarianceSpectrum.Sum() * CovarianceSpectrum.Sum() / CovarianceSpectrum.Sum(static value => value * value);

    /// <summary>
    /// Computes the measures. Of fewer embeddings than their width, time takes count² × width and count³, and memory count × width;
    /// of more, the embeddings are read twice, an eigenproblem takes time with width³, and memory is width².
    /// </summary>
    /// <param name="embeddings">Embeddings of one width, the same at both readings.</param>
    /// <exception cref="FathomException">There is none, they differ in width, or one is not finite.</exception>
    public static Isotropy Of(IEnumerable<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        CovarianceSums? sums = null;
        List<double[]>? few = [];
        double[] units = [];
        var count = 0;
        foreach (var embedding in Checked(embeddings))
        {
            if (units.Length == 0) units = new double[embedding.Length];
            var length = Math.Sqrt(VectorMath.Dot(embedding, embedding));
            if (length > 0) VectorMath.AddScaled(units, embedding, 1 / length);
            count++;
            few?.Add(embedding);
            if (few is not null && count < embedding.Length) continue;
            sums ??= new CovarianceSums(embedding.Length);
            foreach (var vector in few ?? [embedding]) sums.Add(vector);
            few = null;
        }

        if (count == 0) throw new FathomException("isotropy: no embedding; expected at least one");
        var (partition, spectrum) = few is not null ? OfFew(few, units.Length) : OfMany(embeddings, sums!, units.Length);
        double n = count;
        var unitSquare = VectorMath.Dot(units, units);
        return new Isotropy
        {
            Count = count,
            MeanCosine = count < 2 ? double.NaN : (unitSquare - n) / (n * (n - 1)),
            MeanUnitLength = Math.Sqrt(unitSquare) / n,
            LogPartitionRatio = partition,
            CovarianceSpectrum = [.. spectrum.Select(static value => Math.Max(0, value)).OrderDescending()],
        };
    }

    private static (double LogPartition, double[] Spectrum) OfMany(IEnumerable<float[]> embeddings, CovarianceSums sums, int width)
    {
        var (mean, covariance, _, _) = sums.Finish();
        var directions = SymmetricEigen.Decompose(Square(covariance, mean, width), width).Vectors;
        return (LogPartition(embeddings, directions, width), SymmetricEigen.Values(Square(covariance, [], width), width));
    }

    /// <summary>
    /// By the products of the embeddings with each other, K = Z Zᵀ: where K u = λ u, Z'Z has the direction Z'u / √λ, along which
    /// embedding j reaches √λ u_j; across all of them nothing reaches anywhere and F is the count.
    /// </summary>
    private static (double LogPartition, double[] Spectrum) OfFew(List<double[]> embeddings, int width)
    {
        var count = embeddings.Count;
        double[] rows = [.. embeddings.SelectMany(static embedding => embedding)];
        var products = new double[checked(count * count)];
        var view = MatrixView.Of(rows, width);
        MatrixProducts.AddTransposed(MatrixView.Of(products, count), view, view, count, count, width);

        // The mean is taken off the embeddings, not off the products: a large one would leave nothing of a small spread.
        var mean = new double[width];
        foreach (var embedding in embeddings) VectorMath.AddScaled(mean, embedding, 1.0 / count);
        for (var i = 0; i < count; i++) VectorMath.AddScaled(rows.AsSpan(i * width, width), mean, -1);
        var centred = new double[products.Length];
        MatrixProducts.AddTransposed(MatrixView.Of(centred, count), view, view, count, count, width);
        VectorMath.Scale(centred, 1.0 / count);
        var spectrum = new double[width];
        SymmetricEigen.Values(centred, count).CopyTo(spectrum, 0);

        var (values, vectors) = SymmetricEigen.Decompose(products, count);
        var (least, most) = (StableMath.Log(count), StableMath.Log(count));
        for (var i = 0; i < count; i++)
        {
            var along = vectors.AsSpan(i * count, count);
            VectorMath.Scale(along, Math.Sqrt(Math.Max(0, values[i])));
            foreach (var sign in new[] { 1, -1 })
            {
                var largest = double.NegativeInfinity;
                foreach (var value in along) largest = Math.Max(largest, sign * value);
                var sum = 0.0;
                foreach (var value in along) sum += StableMath.Exp(sign * value - largest);
                var log = largest + StableMath.Log(sum);
                (least, most) = (Math.Min(least, log), Math.Max(most, log));
            }
        }

        return (least - most, spectrum);
    }

    /// <summary>The packed matrix as a square, plus the outer product of a vector with itself.</summary>
    private static double[] Square(double[] packed, double[] vector, int width)
    {
        var square = new double[checked(width * width)];
        for (var i = 0; i < width; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                square[i * width + j] = square[j * width + i] = packed[i * (i + 1) / 2 + j] + (vector.Length == 0 ? 0 : vector[i] * vector[j]);
            }
        }

        return square;
    }

    /// <summary>ln min F - ln max F; every sum is kept relative to its largest term so far.</summary>
    private static double LogPartition(IEnumerable<float[]> embeddings, double[] directions, int width)
    {
        var largest = new double[2 * width];
        var sums = new double[2 * width];
        Array.Fill(largest, double.NegativeInfinity);
        foreach (var embedding in Checked(embeddings))
        {
            for (var c = 0; c < width; c++)
            {
                var along = VectorMath.Dot(directions.AsSpan(c * width, width), embedding);
                Take(2 * c, along);
                Take(2 * c + 1, -along);
            }
        }

        var logs = largest.Select((value, at) => value + StableMath.Log(sums[at])).ToArray();
        return logs.Min() - logs.Max();

        void Take(int at, double value)
        {
            if (value > largest[at]) (sums[at], largest[at]) = (sums[at] * StableMath.Exp(largest[at] - value) + 1, value);
            else sums[at] += StableMath.Exp(value - largest[at]);
        }
    }

    private static IEnumerable<double[]> Checked(IEnumerable<float[]> embeddings)
    {
        var place = 0;
        var width = 0;
        foreach (var embedding in embeddings)
        {
            if (place == 0) width = embedding.Length;
            if (embedding.Length != width || width == 0) throw new FathomException($"isotropy: embedding {place} has {embedding.Length} numbers; expected {width} like the first, at least one");
            if (Array.Exists(embedding, static value => !float.IsFinite(value))) throw new FathomException($"isotropy: embedding {place} holds a number that is not finite");
            place++;
            yield return [.. embedding.Select(static value => (double)value)];
        }
    }
}
