using System.Text.Json.Nodes;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Insight.Metrics;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json: <c>tv_coefficients</c>, <c>tv_small</c>, <c>tv_synthetic</c>.</summary>
public sealed class TvScoreTests
{
    private const double Tolerance = 1e-6;
    private static readonly JsonNode Ood = Golden.Json("ood.json");
    private static readonly SyntheticTrajectories Synthetic = new();

    [Fact]
    public void Coefficients()
    {
        foreach (var (order, expected) in Ood["tv_coefficients"]!.AsObject())
        {
            var k = int.Parse(order);
            Assert.Equal(Golden.Numbers(expected!["embedding"]), Differences.Coefficients(k));
            Assert.Equal(Golden.Numbers(expected["variance_paper"]), Differences.Binomials(k));
            Assert.Equal(Golden.Numbers(expected["variance_independent"]), Differences.Binomials(k).Select(c => c * c));
        }
    }

    [Fact]
    public void SmallMoments()
    {
        var (gaussian, _) = Small();
        Golden.Near(Golden.Flat(Ood["tv_small"]!["mean[T][d]"]), [.. Enumerable.Range(0, 4).SelectMany(l => gaussian.Mean(l).ToArray())], Tolerance, "mean");
        Golden.Near(Golden.Flat(Ood["tv_small"]!["var_population[T][d]"]), [.. Enumerable.Range(0, 4).SelectMany(l => gaussian.Variance(l).ToArray())], Tolerance, "variance");
    }

    [Fact]
    public void SmallCases()
    {
        var (gaussian, test) = Small();
        foreach (var expected in Ood["tv_small"]!["cases"]!.AsArray())
        {
            var layers = Golden.Numbers(expected!["layers"]);
            var options = new TvOptions
            {
                Order = (int)expected["k"]!,
                FirstLayer = (int)layers[0],
                Distance = (string)expected["norm"]! switch
                {
                    "mahalanobis_sq" => LayerDistance.MahalanobisSquared,
                    "mahalanobis" => LayerDistance.Mahalanobis,
                    _ => LayerDistance.NormOfSquaredZ,
                },
            };
            var actual = new TrajectoryVolatility(gaussian, options).Compute(test);
            Golden.Near(Golden.Numbers(expected["f"]), actual.Distances, Tolerance, expected.ToJsonString());
            Golden.Near(Golden.Number(expected["tv"]), actual.Score, Tolerance, expected.ToJsonString());
        }
    }

    [Fact]
    public void EmpiricalVarianceHasAFloor()
    {
        var (gaussian, test) = Small();
        var expected = Ood["tv_small"]!["k1_empirical_variance_variant"]!;
        var differences = LayerGaussian.FitDifferences(SmallFit(), 1);
        Golden.Near(Golden.Flat(expected["var_of_differences"]), [.. Enumerable.Range(0, 3).SelectMany(l => differences.Variance(l).ToArray())], Tolerance, "variance");
        var options = new TvOptions { Order = 1, FirstLayer = 0, VarianceRule = VarianceRule.Empirical };
        Golden.Near(Golden.Numbers(expected["f_l0_l1_l2_with_floor_1e-12"]), new TrajectoryVolatility(gaussian, options, differences).Compute(test).Distances, Tolerance, "f");
    }

    [Fact]
    public void ReferenceLayerWindows()
    {
        foreach (var (name, expected) in Ood["tv_small"]!["reference_code_layer_window_examples"]!.AsObject())
        {
            var entries = int.Parse(name[2..name.IndexOf(',', StringComparison.Ordinal)]);
            if (expected is JsonArray)
            {
                var (first, last) = TvOptions.Reference(0).Layers(entries);
                Assert.Equal(Golden.Numbers(expected), new double[] { first, last });
            }
            else
            {
                // NaN or an exception there, one clear error here.
                Assert.Contains("too shallow", Assert.Throws<FathomException>(() => TvOptions.Reference(0).Layers(entries)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void StepLengthsAndJointVolatility()
    {
        var (_, test) = Small();
        var lengths = test.StepLengths();
        Golden.Near(Golden.Numbers(Ood["tv_small"]!["adjacent_l2"]), lengths, Tolerance, "D");
        Golden.Near(Golden.Number(Ood["tv_small"]!["joint_volatility_mean_over_l1_to_L"]), lengths.Average(), Tolerance, "V");
    }

    [Fact]
    public void SyntheticDataAreTheStatedOnes()
    {
        var check = Ood["tv_synthetic"]!["check_values"]!;
        var gaussian = LayerGaussian.Fit(Synthetic.Fit);
        Golden.Near(Golden.Numbers(check["fit[0][0]"]), Synthetic.Fit[0][0].ToArray(), Tolerance, "fit");
        Golden.Near(Golden.Numbers(check["far[29][12]"]), Synthetic.Far[29][12].ToArray(), Tolerance, "far");
        Golden.Near(Golden.Numbers(check["mean[12]"]), gaussian.Mean(12).ToArray(), Tolerance, "mean");
        Golden.Near(Golden.Numbers(check["var[12]"]), gaussian.Variance(12).ToArray(), Tolerance, "variance");
    }

    [Theory]
    [InlineData("paper_all_layers", 0)]
    [InlineData("paper_first_layer_1", 1)]
    [InlineData("reference_code", -1)]
    public void SyntheticScoresAndMetrics(string profile, int firstLayer)
    {
        var gaussian = LayerGaussian.Fit(Synthetic.Fit);
        for (var k = 0; k <= 5; k++)
        {
            var expected = Ood["tv_synthetic"]!["results"]![$"{profile}_k{k}"]!;
            var options = firstLayer < 0 ? TvOptions.Reference(k) with { Decimals = null } : TvOptions.Paper(k) with { FirstLayer = firstLayer };
            var tv = new TrajectoryVolatility(gaussian, options);
            Assert.Equal(Golden.Numbers(expected["layers"]), new double[] { options.Layers(13).First, options.Layers(13).Last });
            double[] id = Score(tv, Synthetic.IdTest), near = Score(tv, Synthetic.Near), far = Score(tv, Synthetic.Far);
            var what = $"{profile} k={k}";
            Golden.Near(Golden.Numbers(expected["tv_id_test_first3"]), id[..3], Tolerance, what);
            Golden.Near(Golden.Numbers(expected["tv_near_first3"]), near[..3], Tolerance, what);
            Golden.Near(Golden.Numbers(expected["tv_far_first3"]), far[..3], Tolerance, what);
            Golden.Near(Golden.Number(expected["mean_id"]), id.Average(), Tolerance, what);
            foreach (var (name, scores) in new[] { ("near", near), ("far", far) })
            {
                var metrics = DetectionMetrics.Of(id, scores);
                Golden.Near(Golden.Number(expected["mean_" + name]), scores.Average(), Tolerance, what);
                Golden.Near(Golden.Number(expected["auroc_" + name]), metrics.Auroc, Tolerance, what);
                Golden.Near(Golden.Number(expected["aupr_id_pos_" + name]), metrics.AuprIn, Tolerance, what);
                Golden.Near(Golden.Number(expected["fpr95_standard_" + name]), metrics.Fpr95, Tolerance, what);
                Golden.Near(Golden.Number(expected["fpr95_nearest_" + name]), metrics.Fpr95Nearest, Tolerance, what);
            }
        }
    }

    [Fact]
    public void StaticLastLayer()
    {
        var gaussian = LayerGaussian.Fit(Synthetic.Fit);
        var expected = Ood["tv_synthetic"]!["static_last_layer_diag_maha_sq"]!;
        var tv = new TrajectoryVolatility(gaussian, TvOptions.Paper(0));
        double[] Last(Trajectory[] set) => [.. set.Select(y => tv.Compute(y).Distances[^1])];
        Golden.Near(Golden.Numbers(expected["id_first3"]), Last(Synthetic.IdTest)[..3], Tolerance, "id");
        Golden.Near(Golden.Number(expected["auroc_near"]), DetectionMetrics.Of(Last(Synthetic.IdTest), Last(Synthetic.Near)).Auroc, Tolerance, "near");
        Golden.Near(Golden.Number(expected["auroc_far"]), DetectionMetrics.Of(Last(Synthetic.IdTest), Last(Synthetic.Far)).Auroc, Tolerance, "far");
    }

    [Fact]
    public void EarlyStabilisation()
    {
        foreach (var (name, set) in new[] { ("id_test", Synthetic.IdTest), ("near", Synthetic.Near), ("far", Synthetic.Far) })
        {
            var expected = Ood["tv_synthetic"]!["early_stabilisation"]![name]!;
            var lengths = LayerGaussian.Fit(set.Select(y => new Trajectory(12, 1, y.StepLengths())));
            var mean = Enumerable.Range(0, 12).Select(l => lengths.Mean(l)[0]).ToArray();
            var deviation = Enumerable.Range(0, 12).Select(l => Math.Sqrt(lengths.Variance(l)[0])).ToArray();
            Golden.Near(Golden.Numbers(expected["mean_adjacent_l2_l1_to_L"]), mean, Tolerance, name);
            Golden.Near(Golden.Numbers(expected["std_pop"]), deviation, Tolerance, name);
            Golden.Near(Golden.Number(expected["S_late=mean(last 3)/max"]), new LayerCurve(1, set.Length, mean, deviation).LateShare(), Tolerance, name);
            Golden.Near(Golden.Number(expected["joint_volatility_mean"]), mean.Average(), Tolerance, name);
        }
    }

    private static double[] Score(TrajectoryVolatility tv, Trajectory[] set) => [.. set.Select(y => tv.Compute(y).Score)];

    private static Trajectory[] SmallFit() =>
        [.. Ood["tv_small"]!["fit_hidden[N][T][d]"]!.AsArray().Select(sample => new Trajectory(4, 2, Golden.Flat(sample)))];

    private static (LayerGaussian Gaussian, Trajectory Test) Small() =>
        (LayerGaussian.Fit(SmallFit()), new Trajectory(4, 2, Golden.Flat(Ood["tv_small"]!["test_hidden[T][d]"])));
}
