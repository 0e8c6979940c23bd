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

    /// <summary>Computes the measures; memory is width². The embeddings are read twice, and an eigenproblem takes time with width³.</summary>
    /// <param name="embeddings">Embeddings of one width, the same at both readings.</param>
    /// <exception cref="FathomException">There is none, they differ in width, or one is not finite.</exception>
    public static Isotropy Of(IEnumerable<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        CovarianceSums? sums = null;
        double[] units = [];
        foreach (var embedding in Checked(embeddings))
        {
            sums ??= new CovarianceSums(embedding.Length);
            if (units.Length == 0) units = new double[embedding.Length];
            sums.Add(embedding);
            var length = Math.Sqrt(VectorMath.Dot(embedding, embedding));
            if (length > 0) VectorMath.AddScaled(units, embedding, 1 / length);
        }

        if (sums is null) throw new FathomException("isotropy: no embedding; expected at least one");
        var (mean, covariance, _, _) = sums.Finish();
        var width = units.Length;
        double n = sums.Count;
        var unitSquare = VectorMath.Dot(units, units);
        return new Isotropy
        {
            Count = sums.Count,
            MeanCosine = sums.Count < 2 ? double.NaN : (unitSquare - n) / (n * (n - 1)),
            MeanUnitLength = Math.Sqrt(unitSquare) / n,
            LogPartitionRatio = LogPartition(embeddings, Directions(mean, covariance, width), width),
            CovarianceSpectrum = [.. SymmetricEigen.Decompose(Square(covariance, [], width), width).Values.Select(static value => Math.Max(0, value)).OrderDescending()],
        };
    }

    private static double[] Directions(double[] mean, double[] covariance, int width) => SymmetricEigen.Decompose(Square(covariance, mean, width), width).Vectors;

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
