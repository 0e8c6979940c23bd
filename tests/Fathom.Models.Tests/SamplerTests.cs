using Fathom.Models.Generation;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

public sealed class SamplerTests
{
    // Probabilities 0.5, 0.25, 0.125, 0.0625, 0.0625 in another order of ids.
    private static readonly float[] Logits = [MathF.Log(0.125f), MathF.Log(0.5f), MathF.Log(0.0625f), MathF.Log(0.25f), MathF.Log(0.0625f)];

    [Fact]
    public void Without_filters_tokens_come_as_often_as_they_are_probable()
    {
        var counts = Draw(new GenerationOptions { Temperature = 1 }, 20000);
        Assert.Equal([0.125, 0.5, 0.0625, 0.25, 0.0625], counts.Select(count => count / 20000.0), (a, b) => Math.Abs(a - b) < 0.015);
    }

    [Theory]
    [InlineData(2, 1.0, 0.0, new[] { 1, 3 })]
    [InlineData(0, 0.5, 0.0, new[] { 1 })]
    [InlineData(0, 0.51, 0.0, new[] { 1, 3 })]
    [InlineData(0, 0.76, 0.0, new[] { 0, 1, 3 })]
    [InlineData(0, 1.0, 0.2, new[] { 0, 1, 3 })]
    [InlineData(4, 1.0, 0.0, new[] { 0, 1, 2, 3 })]
    [InlineData(3, 0.6, 0.0, new[] { 1, 3 })]
    [InlineData(9, 1.0, 0.0, new[] { 0, 1, 2, 3, 4 })]
    public void Filters_keep_what_they_should(int topK, double topP, double minP, int[] kept)
    {
        var counts = Draw(new GenerationOptions { Temperature = 1, TopK = topK, TopP = topP, MinP = minP }, 2000);
        Assert.Equal(kept, Enumerable.Range(0, 5).Where(id => counts[id] > 0));
    }

    [Fact]
    public void Low_temperature_comes_near_greedy_and_huge_ranges_do_no_harm()
    {
        Assert.Equal(2000, Draw(new GenerationOptions { Temperature = 0.01 }, 2000)[1]);
        float[] wild = [-3e38f, 100f, -1000f, 99f, -100f];
        var sampler = new Sampler(new GenerationOptions { Temperature = 0.5, TopK = 4, TopP = 0.999 });
        Assert.All(Enumerable.Range(0, 100), i => Assert.Contains(sampler.Sample(wild, 100f, i / 100.0), new[] { 1, 3 }));
    }

    [Fact]
    public void Every_place_in_the_distribution_gives_a_token_of_weight()
    {
        var sampler = new Sampler(new GenerationOptions { Temperature = 1, TopP = 0.9 });
        Assert.Equal(1, sampler.Sample(Logits, Logits[1], 0));
        Assert.Contains(sampler.Sample(Logits, Logits[1], 1 - 1e-16), new[] { 0, 2, 3 });
    }

    private static int[] Draw(GenerationOptions options, int times)
    {
        var sampler = new Sampler(options);
        var random = new CounterRandom(5);
        var counts = new int[Logits.Length];
        for (var i = 0; i < times; i++) counts[sampler.Sample(Logits, Logits.Max(), random.NextDouble())]++;
        return counts;
    }
}
