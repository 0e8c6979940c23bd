using System.Text.Json.Nodes;
using Fathom.Insight.Metrics;

namespace Fathom.Parity.Tests.Methods;

/// <summary>sklearn-metrics.json <c>calibration</c>, <c>rouge</c>, <c>porter_stems_rouge_default</c>, the p-values of <c>correlation</c> and the curves of <c>binary</c>.</summary>
public sealed class CalibrationAndRougeTests
{
    private const double Exact = 1e-12;
    private static readonly JsonNode Sklearn = Golden.Json("sklearn-metrics.json");

    [Fact]
    public void CalibrationOfScikitLearn()
    {
        using var file = Golden.Tensors("sklearn-metrics.safetensors");
        var cases = Sklearn["calibration"]!.AsArray();
        Assert.Equal(6, cases.Count);
        foreach (var expected in cases)
        {
            var tensor = (string?)expected!["tensor"];
            var probabilities = tensor is null ? Golden.Numbers(expected["probability"]) : Golden.Doubles(file, tensor + ".p");
            bool[] correct = [.. (tensor is null ? Golden.Numbers(expected["correct"]) : Golden.Doubles(file, tensor + ".y")).Select(value => value == 1)];
            var right = Reliability.Of(probabilities, correct);
            var what = $"n = {probabilities.Length}";
            Golden.Near(Golden.Number(expected["ece_15_right_closed_bins"]), right.ExpectedCalibrationError, Exact, what);
            Golden.Near(Golden.Numbers(expected["bin_counts"]), [.. right.Bins.Select(bin => (double)bin.Count)], Exact, what);
            Golden.Near(Golden.Number(expected["ece_15_left_closed_bins"]), Reliability.Of(probabilities, correct, 15, BinEdges.LeftClosed).ExpectedCalibrationError, Exact, what);
            Golden.Near(Golden.Number(expected["brier"]), right.Brier, Exact, what);
            if (expected["log_loss"] is { } loss)
            {
                Golden.Near(Golden.Number(expected["brier_sklearn"]), right.Brier, Exact, what);
                Golden.Near(Golden.Number(loss), right.LogLoss, Exact, what);
            }
        }
    }

    [Fact]
    public void RougeOfThePackage()
    {
        var pairs = Sklearn["rouge"]!["pairs"]!.AsArray();
        Assert.Equal(61, pairs.Count);
        foreach (var pair in pairs)
        {
            string target = (string)pair!["target"]!, prediction = (string)pair["prediction"]!;
            foreach (var (name, stem) in new[] { ("plain", false), ("stemmed", true) })
            {
                var what = $"{name}: '{target}' '{prediction}'";
                Golden.Near(Golden.Numbers(pair[name]!["rouge1"]), Values(Rouge.Unigrams(target, prediction, stem)), Exact, what);
                Golden.Near(Golden.Numbers(pair[name]!["rougeL"]), Values(Rouge.LongestCommonSubsequence(target, prediction, stem)), Exact, what);
            }
        }
    }

    [Fact]
    public void StemsOfThePackage()
    {
        foreach (var (word, stem) in Sklearn["porter_stems_rouge_default"]!.AsObject())
        {
            Assert.Equal((word, (string)stem!), (word, PorterStemmer.Stem(word)));
        }
    }

    [Fact]
    public void TauCAndPValuesOfScipy()
    {
        using var file = Golden.Tensors("sklearn-metrics.safetensors");
        foreach (var expected in Sklearn["correlation"]!.AsArray())
        {
            var name = (string)expected!["name"]!;
            var tensor = (string?)expected["tensor"];
            var x = tensor is null ? Golden.Numbers(expected["x"]) : Golden.Doubles(file, $"cor.{tensor}.x");
            var y = tensor is null ? Golden.Numbers(expected["y"]) : Golden.Doubles(file, $"cor.{tensor}.y");
            Golden.Near(Golden.Number(expected["kendall_tau_c"]), Correlation.KendallTauC(x, y), Exact, name);
            PValue(expected["p_kendall"], Correlation.KendallPValue(x, y), name + " tau");
            PValue(expected["p_spearman"], Correlation.SpearmanPValue(x, y), name + " rho");
            PValue(expected["p_pearson"], Correlation.PearsonPValue(x, y), name + " r");
        }
    }

    [Fact]
    public void PrecisionRecallCurvesAndThresholds()
    {
        var curves = 0;
        using var file = Golden.Tensors("sklearn-metrics.safetensors");
        foreach (var expected in Sklearn["binary"]!.AsArray())
        {
            var name = (string)expected!["name"]!;
            if (name == "single_class") continue;
            var tensor = (string?)expected["tensor"];
            var labels = tensor is null ? Golden.Numbers(expected["labels"]) : Golden.Doubles(file, $"set.{tensor}.labels");
            var scores = tensor is null ? Golden.Numbers(expected["scores"]) : Golden.Doubles(file, $"set.{tensor}.scores");
            var table = ScoreTable.Create([.. scores.Where((_, i) => labels[i] == 1)], [.. scores.Where((_, i) => labels[i] == 0)]);
            Golden.Near(Golden.Number(expected["pr_auc_trapezoid"]), table.PrecisionRecallTrapezoid(), Exact, name);
            if (expected["roc_curve_all"] is not { } roc) continue;
            curves++;
            Assert.Equal(Golden.Numbers(roc["threshold"]), table.RocCurve(dropCollinear: false).Select(point => point.Threshold));

            // There the curve runs the other way.
            var points = table.PrecisionRecallCurve().Reverse().ToArray();
            Golden.Near(Golden.Numbers(expected["precision_recall_curve"]!["precision"]), [.. points.Select(point => point.Precision)], Exact, name);
            Golden.Near(Golden.Numbers(expected["precision_recall_curve"]!["recall"]), [.. points.Select(point => point.Recall)], Exact, name);
        }

        Assert.True(curves >= 8);
    }

    private static double[] Values(RougeScore score) => [score.Precision, score.Recall, score.F1];

    /// <summary>1e-8 absolute, and 1e-9 of the value itself so that 1e-100 counts too.</summary>
    private static void PValue(JsonNode? expected, double actual, string what)
    {
        var number = Golden.Number(expected);
        Golden.Near(number, actual, 1e-8, what);
        if (number is > 0 and < 1e-3) Assert.True(Math.Abs(actual - number) <= 1e-9 * number, $"{what}: {actual} against {number}");
    }
}
