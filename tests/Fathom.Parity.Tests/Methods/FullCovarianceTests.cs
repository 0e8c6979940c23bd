using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>class_conditional</c>, <c>rank_deficient_mahalanobis</c>, <c>tv_small.full_covariance…</c>; scikit-learn's covariance estimators.</summary>
public sealed class FullCovarianceTests
{
    private static readonly JsonNode Ood = Golden.Json("ood.json");

    [Fact]
    public void LastLayerOfTheSmallCase()
    {
        var fit = Ood["tv_small"]!["fit_hidden[N][T][d]"]!.AsArray().SelectMany(sample => Golden.Flat(sample)[6..]).ToArray();
        var gaussian = FullGaussian.Fit(fit, 2, new int[3], CovarianceRule.Pinv);
        var expected = Golden.Number(Ood["tv_small"]!["full_covariance_pinv_last_layer"]!["maha_sq_test"]);
        Golden.Near(expected, gaussian.Distances([7, 0])[0], 1e-12, "distance");
    }

    [Fact]
    public void ClassConditional()
    {
        var data = Ood["class_conditional"]!;
        var bank = Golden.Flat(data["bank"]);
        int[] labels = [.. Golden.Numbers(data["labels"]).Select(label => (int)label)];
        double[] Scores(FullGaussian gaussian) => [.. data["queries"]!.AsArray().Select(query => -gaussian.Distances(Golden.Numbers(query)).Min())];
        var pinv = FullGaussian.Fit(bank, 3, labels, CovarianceRule.Pinv);
        Golden.Near(Golden.Numbers(data["class_means"]!["0"]), pinv.Mean(0).ToArray(), 1e-9, "mean");
        Golden.Near(Golden.Numbers(data["class_means"]!["1"]), pinv.Mean(1).ToArray(), 1e-9, "mean");
        Golden.Near(Golden.Numbers(data["maha_score_reference(-min_c d2)"]), Scores(pinv), 1e-9, "pinv");
        var covariance = Golden.Flat(data["shared_cov_population"]);
        var share = 0.01 / ((covariance[0] + covariance[4] + covariance[8]) / 3);

        // The covariance is printed to nine decimals, which the share inherits.
        Golden.Near(Golden.Numbers(data["maha_score_ridge_0.01"]), Scores(FullGaussian.Fit(bank, 3, labels, CovarianceRule.Ridge, share)), 1e-6, "ridge");
        var shrunk = FullGaussian.Fit(bank, 3, labels, CovarianceRule.LedoitWolf);
        Golden.Near(Golden.Number(data["ledoit_wolf"]!["shrinkage"]), shrunk.Shrinkage, 1e-9, "shrinkage");
        Golden.Near(Golden.Numbers(data["ledoit_wolf"]!["maha_score"]), Scores(shrunk), 1e-9, "Ledoit-Wolf");
    }

    [Fact]
    public void RankDeficient()
    {
        var data = Ood["rank_deficient_mahalanobis"]!;
        var bank = Golden.Flat(data["bank"]);
        double[] Distances(FullGaussian gaussian) => [.. data["queries"]!.AsArray().Select(query => gaussian.Distances(Golden.Numbers(query))[0])];
        Golden.Near(Golden.Numbers(data["d2_pinv"]), Distances(FullGaussian.Fit(bank, 4, new int[3], CovarianceRule.Pinv)), 1e-12, "pinv");

        // 0.1 beside a mean variance of (2/3 + 2/3) / 4.
        Golden.Near(Golden.Numbers(data["d2_ridge_0.1"]), Distances(FullGaussian.Fit(bank, 4, new int[3], CovarianceRule.Ridge, 0.3)), 1e-9, "ridge");
    }

    [SharedFact("golden/sklearn-detectors.safetensors")]
    public void OnePassLedoitWolfOfScikitLearn()
    {
        var cases = JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/sklearn-detectors.json")))!["covariance"]!.AsArray();
        using var file = SafetensorsFile.Open(SharedFolder.Path("golden/sklearn-detectors.safetensors"));
        var compared = 0;
        foreach (var expected in cases)
        {
            var key = (string)expected!["key"]!;
            var (count, width) = ((int)expected["n"]!, (int)expected["d"]!);
            if (count == 1 || file.Names.All(name => name != $"{key}.ledoit_wolf.mahalanobis")) continue;
            var rows = Golden.Doubles(file, $"{key}.x");
            var covariance = LayerCovariance.Fit(Enumerable.Range(0, count).Select(i => Twice(rows.AsSpan(i * width, width))));
            Golden.Near(Golden.Number(expected["ledoit_wolf"]!["shrinkage"]), covariance.Shrinkage(0), 1e-9, key);

            // Without any shrinkage the matrix may be singular, and what scikit-learn inverts then is noise.
            if (covariance.Shrinkage(0) == 0) continue;
            var tv = new TrajectoryVolatility(covariance, new TvOptions { FirstLayer = 0, Covariance = LayerCovarianceRule.LedoitWolf });
            var queries = Golden.Doubles(file, $"{key}.query");
            var distances = Golden.Doubles(file, $"{key}.ledoit_wolf.mahalanobis");
            for (var i = 0; i < distances.Length; i++)
            {
                Golden.Near(distances[i], tv.Compute(Twice(queries.AsSpan(i * width, width))).Distances[0], 1e-9, $"{key} {i}");
                compared++;
            }
        }

        Assert.True(compared > 20, $"{compared}");

        Trajectory Twice(ReadOnlySpan<double> row) => new(2, row.Length, [.. row, .. row]);
    }

    [SharedTheory("golden/sklearn-detectors.safetensors")]
    [InlineData("empirical", CovarianceRule.Pinv)]
    [InlineData("ledoit_wolf", CovarianceRule.LedoitWolf)]
    public void EstimatorsOfScikitLearn(string estimator, CovarianceRule rule)
    {
        var cases = JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/sklearn-detectors.json")))!["covariance"]!.AsArray();
        using var file = SafetensorsFile.Open(SharedFolder.Path("golden/sklearn-detectors.safetensors"));
        foreach (var expected in cases)
        {
            var key = (string)expected!["key"]!;
            if (expected[estimator]!["error"] is not null || file.Names.All(name => name != $"{key}.{estimator}.mahalanobis")) continue;
            var (count, width) = ((int)expected["n"]!, (int)expected["d"]!);

            // A single sample has no spread: zero distance everywhere, by our rule.
            if (count == 1) continue;
            var gaussian = FullGaussian.Fit(Golden.Doubles(file, $"{key}.x"), width, new int[count], rule);
            if (rule == CovarianceRule.LedoitWolf) Golden.Near(Golden.Number(expected[estimator]!["shrinkage"]), gaussian.Shrinkage, 1e-9, key);
            var queries = Golden.Doubles(file, $"{key}.query");
            var distances = Golden.Doubles(file, $"{key}.{estimator}.mahalanobis");
            for (var i = 0; i < distances.Length; i++)
            {
                Golden.Near(distances[i], gaussian.Distances(queries.AsSpan(i * width, width))[0], 1e-9, $"{key} {i}");
            }
        }
    }
}
