using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>sklearn-detectors.json <c>logistic</c>.</summary>
public sealed class LogisticRegressionTests
{
    [SharedFact("golden/sklearn-detectors.safetensors")]
    public void CoefficientsOfScikitLearn()
    {
        var cases = JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/sklearn-detectors.json")))!["logistic"]!.AsArray();
        using var file = SafetensorsFile.Open(SharedFolder.Path("golden/sklearn-detectors.safetensors"));
        Assert.Equal(7, cases.Count);
        foreach (var expected in cases)
        {
            var key = (string)expected!["key"]!;
            var width = (int)file.GetTensor(key + ".x").Shape[1];
            var vectors = Golden.Doubles(file, key + ".x");
            int[] labels = [.. Golden.Doubles(file, key + ".y").Select(label => (int)label)];
            var fitted = LogisticRegression.Fit(vectors, width, labels, new LogisticOptions { DataWeight = (double)expected["C"]!, Balanced = (string?)expected["class_weight"] == "balanced" });
            Absolute(Golden.Doubles(file, key + ".coef"), fitted.Coefficients, key);
            Absolute(Golden.Doubles(file, key + ".intercept"), fitted.Intercepts, key);
            Absolute(Golden.Doubles(file, key + ".proba"), [.. Enumerable.Range(0, labels.Length).SelectMany(i => fitted.Probabilities(vectors.AsSpan(i * width, width)))], key);

            // Never above their minimum; with class weights theirs is another sum.
            if (expected["class_weight"] is null) Assert.True(fitted.Objective <= Golden.Number(expected["objective_C_nll_plus_half_w2"]) * (1 + 1e-9), key);
        }
    }

    private static void Absolute(double[] expected, IReadOnlyList<double> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5, $"{what} {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
