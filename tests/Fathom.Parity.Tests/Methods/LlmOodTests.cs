using System.Text.Json.Nodes;
using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;

namespace Fathom.Parity.Tests.Methods;

/// <summary>authors/llm-ood: nine feature sets without a network, and 37 metric sets.</summary>
public sealed class LlmOodTests
{
    private static readonly JsonNode Authors = Golden.Json("llm-ood.json");

    public static TheoryData<string> FeatureSets => [.. Authors["fixed"]!.AsObject().Select(pair => pair.Key)];

    [Fact]
    public void ThereAreNineFeatureSetsAnd37MetricSets() => Assert.Equal((9, 37), (FeatureSets.Count, Authors["metrics"]!.AsArray().Count));

    [Fact]
    public void MetricsAlone()
    {
        foreach (var expected in Authors["metrics"]!.AsArray())
        {
            var name = (string)expected!["name"]!;
            var table = ScoreTable.Create(Golden.Numbers(expected["id"]), Golden.Numbers(expected["ood"]));
            Golden.Near(Golden.Number(expected["auroc"]), table.Auroc(), 1e-12, name);
            Golden.Near(Golden.Number(expected["aupr"]), table.AveragePrecision(), 1e-12, name);
            Golden.Near(Golden.Number(expected["fpr95"]), table.FalsePositiveRate(0.95, RecallConvention.NearestRecall), 1e-12, name);
        }
    }

    [Theory, MemberData(nameof(FeatureSets))]
    public void FourDetectorsOnFixedFeatures(string name)
    {
        var data = Authors["fixed"]![name]!;
        int bank = (int)data["bank"]!, tests = (int)data["id_test"]!, width = (int)data["d"]!;
        var features = Features(data, name);
        int[] labels = [.. Golden.Numbers(data["labels"]).Select(label => (int)label)];
        var gaussian = FullGaussian.Fit(features.AsSpan(0, bank * width), width, Dense(labels[..bank]), CovarianceRule.Pinv);
        Assert.Equal((int)data["eigenvalues_kept_float64"]!, gaussian.Rank);
        foreach (var (set, first) in new[] { ("id_test", bank), ("ood", bank + tests) })
        {
            var expected = data["scores"]![set]!;
            var distances = Golden.Numbers(data["maha_float64"]![set]);
            for (var i = 0; i < distances.Length; i++)
            {
                var what = $"{name} {set} {i}";
                var query = features[((first + i) * width)..((first + i + 1) * width)];
                Golden.Near(distances[i], -gaussian.Distances(query).Min(), 1e-5, what);
                Golden.Near(Golden.Number(expected["cosine"]![i]), Enumerable.Range(0, bank).Max(j => Cosine(query, features.AsSpan(j * width, width))), 1e-5, what);
                var (logits, logSumExp) = Logits(data, first - bank + i);
                Golden.Near(Golden.Number(expected["energy"]![i]), ClassLogits.Energy(logits), 1e-5, what);
                var softmax = Golden.Number(expected["softmax"]![i]);
                Assert.True(Math.Abs(softmax - ClassLogits.Softmax(logits, logSumExp)) <= 1e-4 * softmax, what);
            }
        }
    }

    [Theory, MemberData(nameof(FeatureSets))]
    public void MetricsOfTheirScores(string name)
    {
        var data = Authors["fixed"]![name]!;
        foreach (var (detector, expected) in data["metrics"]!.AsObject())
        {
            var table = ScoreTable.Create(Golden.Numbers(data["scores"]!["id_test"]![detector]), Golden.Numbers(data["scores"]!["ood"]![detector]));
            Golden.Near(Golden.Number(expected!["auroc"]), table.Auroc(), 1e-12, detector);
            Golden.Near(Golden.Number(expected["aupr"]), table.AveragePrecision(), 1e-12, detector);
            Golden.Near(Golden.Number(expected["fpr95"]), table.FalsePositiveRate(0.95, RecallConvention.NearestRecall), 1e-12, detector);
        }
    }

    /// <summary>Class logits and ln of the sum over the vocabulary: all other tokens have one and the same logit.</summary>
    private static (double[] Logits, double LogSumExp) Logits(JsonNode data, int sample)
    {
        var listed = data["logits"]![sample]!.AsObject().ToDictionary(pair => int.Parse(pair.Key), pair => Golden.Number(pair.Value));
        var other = Golden.Number(data["other_logits"]) + Math.Log((int)data["vocab"]! - listed.Count);
        return ([.. Golden.Numbers(data["class_tokens"]).Select(token => listed[(int)token])], ClassLogits.LogSumExp([.. listed.Values, other]));
    }

    /// <summary>The features, or for <c>avg</c> the mean over the attended positions but the last seven.</summary>
    private static double[] Features(JsonNode data, string name)
    {
        using var file = Golden.Tensors("llm-ood.safetensors");
        if ((string)data["embedding"]! == "last") return Golden.Doubles(file, $"fixed.{name}.features");
        var hidden = Golden.Doubles(file, $"fixed.{name}.hidden");
        int positions = (int)data["hidden_width"]!, width = (int)data["d"]!;
        var lengths = Golden.Numbers(data["valid_tokens"]);
        var means = new double[lengths.Length * width];
        for (var i = 0; i < means.Length; i++)
        {
            var (sample, j) = (i / width, i % width);
            var first = positions - (int)lengths[sample];
            means[i] = Enumerable.Range(first, positions - 7 - first).Average(position => hidden[(sample * positions + position) * width + j]);
        }

        return means;
    }

    private static int[] Dense(int[] labels)
    {
        int[] classes = [.. labels.Distinct().Order()];
        return [.. labels.Select(label => Array.IndexOf(classes, label))];
    }

    private static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double product = 0, left = 0, right = 0;
        for (var j = 0; j < a.Length; j++) (product, left, right) = (product + a[j] * b[j], left + a[j] * a[j], right + b[j] * b[j]);
        return product / Math.Sqrt(left * right);
    }
}
