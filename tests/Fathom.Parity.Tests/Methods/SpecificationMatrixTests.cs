using System.Text.Json.Nodes;
using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json: the matrices of <c>class_conditional</c> and <c>rank_deficient_mahalanobis</c> themselves, and the typo of <c>tv_small</c>.</summary>
public sealed class SpecificationMatrixTests
{
    private static readonly JsonNode Ood = Golden.Json("ood.json");

    [Fact]
    public void ClassConditionalMatrices()
    {
        var data = Ood["class_conditional"]!;
        var bank = Golden.Flat(data["bank"]);
        int[] labels = [.. Golden.Numbers(data["labels"]).Select(label => (int)label)];
        var covariance = Golden.Flat(data["shared_cov_population"]);
        var pinv = FullGaussian.Fit(bank, 3, labels, CovarianceRule.Pinv);
        Golden.Near(Golden.Flat(data["precision_pinv"]), Precision(pinv), 1e-9, "precision");
        Golden.Near(covariance, Inverse3(Precision(pinv)), 1e-9, "covariance");
        Golden.Near(Golden.Flat(data["ledoit_wolf"]!["covariance"]), Inverse3(Precision(FullGaussian.Fit(bank, 3, labels, CovarianceRule.LedoitWolf))), 1e-9, "shrunk covariance");
        foreach (var (query, cosines) in data["queries"]!.AsArray().Zip(data["cosine_matrix"]!.AsArray()))
        {
            Golden.Near(Golden.Numbers(cosines), [.. Enumerable.Range(0, labels.Length).Select(i => Cosine(Golden.Numbers(query), bank[(3 * i)..(3 * i + 3)]))], 1e-9, "cosines");
        }
    }

    [Fact]
    public void RankDeficientMatrices()
    {
        var data = Ood["rank_deficient_mahalanobis"]!;
        var pinv = FullGaussian.Fit(Golden.Flat(data["bank"]), 4, new int[3], CovarianceRule.Pinv);
        Golden.Near(Golden.Flat(data["pinv"]), Precision(pinv), 1e-9, "pseudo-inverse");
        var covariance = LayerCovariance.Fit(data["bank"]!.AsArray().Select(row => new Trajectory(1, 4, Golden.Numbers(row))));
        Golden.Near(Golden.Flat(data["cov"]), [.. Enumerable.Range(0, 16).Select(at => covariance.Covariance(0, at / 4, at % 4))], 1e-9, "covariance");
    }

    private static double[] Precision(FullGaussian gaussian)
    {
        // By distances: d(e_i + e_j) - d(e_i) - d(e_j) = 2 P_ij around the mean.
        var width = gaussian.Width;
        double Distance(params int[] places)
        {
            var vector = gaussian.Mean(0).ToArray();
            foreach (var place in places) vector[place]++;
            return gaussian.Distances(vector)[0];
        }

        return [.. Enumerable.Range(0, width * width).Select(at => (Distance(at / width, at % width) - Distance(at / width) - Distance(at % width)) / 2)];
    }

    private static double[] Inverse3(double[] m)
    {
        double Cofactor(int i, int j) => m[(i + 1) % 3 * 3 + (j + 1) % 3] * m[(i + 2) % 3 * 3 + (j + 2) % 3] - m[(i + 1) % 3 * 3 + (j + 2) % 3] * m[(i + 2) % 3 * 3 + (j + 1) % 3];
        var determinant = m[0] * Cofactor(0, 0) + m[1] * Cofactor(0, 1) + m[2] * Cofactor(0, 2);
        return [.. Enumerable.Range(0, 9).Select(at => Cofactor(at % 3, at / 3) / determinant)];
    }

    private static double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
}
