using System.Text.Json;
using Fathom.Models.Tracing;

namespace Fathom.Models.Tests;

public sealed unsafe class StatePoolerTests
{
    // golden/ood.json, "pooling": two layers of width 2; three prompt positions, then two generated tokens.
    private static readonly double[][][][] Steps =
    [
        [[[1, 2], [3, 4], [5, 6]], [[10, 20], [30, 40], [50, 60]]],
        [[[7, 8]], [[70, 80]]],
        [[[9, 1]], [[90, 10]]],
    ];

    [Theory]
    [InlineData(Pooling.OutputPredictive, new[] { 7f, 5f, 70f, 50f })]
    [InlineData(Pooling.OutputTokens, new[] { 8f, 4.5f, 80f, 45f })]
    [InlineData(Pooling.PromptMean, new[] { 3f, 4f, 30f, 40f })]
    [InlineData(Pooling.PromptLast, new[] { 5f, 6f, 50f, 60f })]
    public void Gives_the_golden_means(Pooling pooling, float[] expected)
    {
        foreach (var chunk in new[] { 1, 2, 3 })
        {
            var result = Feed(Steps, chunk, 16, pooling).Result("sample 0");
            Assert.Equal(expected, result[pooling].Values);
        }
    }

    [Fact]
    public void The_reference_code_takes_the_first_position_of_every_step_and_insists_on_six()
    {
        var failure = Assert.Throws<FathomException>(() => Feed(Steps, 3, 16, Pooling.ReferenceCode).Result("sample 5"));
        Assert.StartsWith("sample 5: ", failure.Message, StringComparison.Ordinal);
        var six = Steps.Concat([Steps[1], Steps[2], Steps[1], Steps[2]]).ToArray();
        var result = Feed(six, 3, 16, Pooling.ReferenceCode).Result("sample 5")[Pooling.ReferenceCode].Values;
        Assert.Equal([(1 + 7 + 9 + 7 + 9 + 7) / 6f, (2 + 8 + 1 + 8 + 1 + 8) / 6f], result[..2]);
    }

    [Fact]
    public void The_limit_leaves_later_tokens_out()
    {
        Assert.Equal([5f, 6f], Feed(Steps, 3, 1, Pooling.OutputPredictive).Result("")[Pooling.OutputPredictive][0].ToArray());
        Assert.Equal([7f, 8f], Feed(Steps, 3, 1, Pooling.OutputTokens).Result("")[Pooling.OutputTokens][0].ToArray());
    }

    [SharedFact("golden/ood.json")]
    public void The_numbers_here_are_those_of_the_golden_file()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Path("golden/ood.json")));
        var pooling = golden.RootElement.GetProperty("pooling");
        Assert.Equal(Steps, pooling.GetProperty("steps[step][layer][pos][d]").Deserialize<double[][][][]>());
        Assert.Equal([[7, 5], [70, 50]], pooling.GetProperty("predictive_last_position_of_every_step").Deserialize<double[][]>());
        Assert.Equal([[8, 4.5], [80, 45]], pooling.GetProperty("generated_tokens_as_inputs").Deserialize<double[][]>());
        Assert.Equal([[3, 4], [30, 40]], pooling.GetProperty("prompt_mean").Deserialize<double[][]>());
    }

    private static StatePooler Feed(double[][][][] steps, int chunk, int limit, Pooling pooling)
    {
        var pooler = new StatePooler([pooling], 2, 2, limit);
        for (var layer = 0; layer < 2; layer++)
        {
            var prompt = steps[0][layer].SelectMany(position => position).Select(value => (float)value).ToArray();
            fixed (float* states = prompt)
            {
                for (var start = 0; start < 3; start += chunk) pooler.AddPrompt(layer, states + 2 * start, start, Math.Min(chunk, 3 - start), 3);
            }

            for (var step = 1; step < steps.Length; step++)
            {
                fixed (float* state = steps[step][layer][0].Select(value => (float)value).ToArray()) pooler.AddStep(layer, step, state, predicts: true);
            }
        }

        return pooler;
    }
}
