using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>authors/tv.json, tv.safetensors: what the code released with TV score computes.</summary>
public sealed class TvReferenceTests
{
    private const double Tolerance = 1e-9;
    private static readonly string[] Sets = ["id", "near", "far"];
    private static readonly JsonNode Cases = Golden.Json("tv.json")["cases"]!;

    [Theory]
    [InlineData("t13")]
    [InlineData("t33")]
    [InlineData("t9")]
    public void ScoresLayersAndRounding(string name)
    {
        using var file = Golden.Tensors("tv.safetensors");
        var gaussian = Gaussian(file, name);
        Golden.Near(Golden.Doubles(file, $"{name}.mean"), Rows(gaussian, l => gaussian.Mean(l).ToArray()), Tolerance, "mean");
        Golden.Near(Golden.Doubles(file, $"{name}.var"), Rows(gaussian, l => gaussian.Variance(l).ToArray()), Tolerance, "variance");
        foreach (var set in Sets)
        {
            var pooled = Pooled(file, name, set);
            var scores = Golden.Doubles(file, $"{name}.{set}.tv_float64");
            var changes = Golden.Doubles(file, $"{name}.{set}.abs_diff");
            var rounded = Golden.Flat(Cases[name]!["results"]!["float64"]![set]!["tv_rounded"]);
            var perOrder = changes.Length / scores.Length;
            for (var i = 0; i < pooled.Length; i++)
            {
                for (var k = 0; k <= 5; k++)
                {
                    var what = $"{name} {set} {i} k={k}";
                    var exact = new TrajectoryVolatility(gaussian, TvOptions.Reference(k) with { Decimals = null }).Compute(pooled[i]);
                    Relative(scores[i * 6 + k], exact.Score, what);
                    Assert.Equal(perOrder, exact.Changes.Count);
                    for (var l = 0; l < perOrder; l++)
                    {
                        Golden.Near(changes[(i * 6 + k) * perOrder + l], exact.Changes[l], Tolerance, what);
                    }

                    Assert.Equal(rounded[i * 6 + k], new TrajectoryVolatility(gaussian, TvOptions.Reference(k)).Compute(pooled[i]).Score);
                }
            }
        }
    }

    [Theory]
    [InlineData("t13")]
    [InlineData("t33")]
    [InlineData("t9")]
    [InlineData("t8")]
    public void TheHighestOrderMovesTheWindow(string name)
    {
        using var file = Golden.Tensors("tv.safetensors");
        var gaussian = Gaussian(file, name);
        var sample = Pooled(file, name, "far")[0];
        foreach (var (highest, expected) in Cases[name]!["results"]!["float64"]!["far_sample0_by_max_order"]!.AsObject())
        {
            var scores = Golden.Numbers(expected!["tv"]);
            for (var k = 0; k < scores.Length; k++)
            {
                var options = TvOptions.Reference(k) with { MaxOrder = int.Parse(highest), Decimals = null };
                if (double.IsNaN(scores[k]))
                {
                    Assert.Throws<FathomException>(() => new TrajectoryVolatility(gaussian, options));
                    continue;
                }

                var actual = new TrajectoryVolatility(gaussian, options).Compute(sample);
                Relative(scores[k], actual.Score, $"{name} K={highest} k={k}");
                Assert.Equal((int)expected["n_differences"]!, actual.Changes.Count);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(7)]
    public void NaNAndExceptionsThereAreOneErrorHere(int entries) =>
        Assert.Contains("too shallow", Assert.Throws<FathomException>(() => TvOptions.Reference(5).Layers(entries)).Message, StringComparison.Ordinal);

    [SharedFact("golden/authors/tv.safetensors")]
    public void PoolingOfTheReleasedCode()
    {
        using var file = SafetensorsFile.Open(SharedFolder.Path("golden/authors/tv.safetensors"));
        foreach (var name in new[] { "t13", "t33", "t9" })
        {
            var prompt = (int)Cases[name]!["prompt_positions"]!;
            foreach (var set in Sets)
            {
                var tensor = file.GetTensor($"{name}.{set}.states");
                int positions = (int)tensor.Shape[1], size = (int)(tensor.Shape[2] * tensor.Shape[3]);
                var states = Golden.Doubles(file, tensor.Name);
                var pooled = Golden.Doubles(file, $"{name}.{set}.pooled");
                for (var i = 0; i < pooled.Length; i++)
                {
                    var (sample, at) = (i / size, i % size);
                    var sum = states[sample * positions * size + at];
                    for (var step = 1; step <= 5; step++)
                    {
                        sum += states[(sample * positions + prompt + step - 1) * size + at];
                    }

                    Golden.Near(pooled[i], sum / 6, Tolerance, $"{tensor.Name}[{i}]");
                }
            }
        }
    }

    private static LayerGaussian Gaussian(SafetensorsFile file, string name) =>
        LayerGaussian.Fit(Pooled(file, name, "id").Where((_, i) => i % 100 < 60));

    private static Trajectory[] Pooled(SafetensorsFile file, string name, string set)
    {
        var shape = file.GetTensor($"{name}.{set}.pooled").Shape;
        var values = Golden.Doubles(file, $"{name}.{set}.pooled");
        var size = (int)(shape[1] * shape[2]);
        return [.. Enumerable.Range(0, (int)shape[0]).Select(i => new Trajectory((int)shape[1], (int)shape[2], values[(i * size)..((i + 1) * size)]))];
    }

    private static double[] Rows(LayerGaussian gaussian, Func<int, double[]> row) => [.. Enumerable.Range(0, gaussian.Entries).SelectMany(row)];

    private static void Relative(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * Math.Abs(expected), $"{what}: expected {expected:R}, got {actual:R}");
}
