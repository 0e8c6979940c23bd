using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public class AccumulationTests
{
    [Fact]
    public void OneBatchOfThirtyTwoEqualsThirtyTwoOfOne()
    {
        using var device = new AutogradDevice(2);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var sequences = golden.Sequences();
        List<int[]> all = [.. Enumerable.Range(0, 32).Select(i => sequences[i % 3][..(3 + i % 7)])];
        var (whole, gradients) = Run(model, [TokenBatch.Of(all)]);
        var (singles, singleGradients) = Run(model, [.. all.Select(ids => TokenBatch.Of([ids]))]);
        var (padded, paddedGradients) = Run(model, [Padded(all)]);
        Assert.InRange(singles / whole, 1 - 1e-6, 1 + 1e-6);
        Assert.Equal(whole, padded);
        Assert.Equal(gradients, paddedGradients);
        var largest = gradients.Max(Math.Abs);
        for (var i = 0; i < gradients.Length; i++) Assert.InRange(singleGradients[i], gradients[i] - 2e-6 * largest, gradients[i] + 2e-6 * largest);
    }

    [Fact]
    public void ThreadsChangeNoBit()
    {
        float[] Train(int threads)
        {
            using var device = new AutogradDevice(threads);
            using var golden = new Golden("llama-bias");
            using var model = TrainableModel.Load(Golden.Folder("llama-bias"), device);
            return Run(model, [golden.Batch()]).Gradients;
        }

        Assert.Equal(Train(1), Train(3));
    }

    [Fact]
    public void OnlyTheAnswerIsATarget()
    {
        var batch = TokenBatch.Of([[5, 6, 7, 8], [9, 10]], [3, 1]);
        Assert.Equal([-1, -1, 8, -1, 10, -1], batch.Targets);
        Assert.Equal([new RowSegment(0, 4), new RowSegment(4, 2)], batch.Segments);
        Assert.Equal(2, batch.TargetCount);
    }

    [Fact]
    public void ABatchWithoutTargetsIsRefusedAndNothingIsLeft()
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama"), device);
        var before = device.LiveBytes;
        var error = Assert.Throws<FathomException>(() => Accumulation.Run(model, new CausalLanguageModelling(), [TokenBatch.Of([[4]])]));
        Assert.Contains("nothing to learn from", error.Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => Accumulation.Run(model, new CausalLanguageModelling(), [TokenBatch.Of([[4, 5, 100_000]])]));
        Assert.Equal(before, device.LiveBytes);
        Assert.Throws<FathomException>(() => TokenBatch.Of([[1], []]));
    }

    private static (double Loss, float[] Gradients) Run(TrainableModel model, IReadOnlyList<TokenBatch> parts)
    {
        var loss = Accumulation.Run(model, new CausalLanguageModelling(), parts);
        float[] gradients = [.. model.Parameters.Values.SelectMany(variable => variable.Gradient.ToArray())];
        foreach (var variable in model.Parameters.Values) variable.ReleaseGradient();
        return (loss, gradients);
    }

    private static TokenBatch Padded(List<int[]> sequences)
    {
        var length = sequences.Max(ids => ids.Length);
        int[] Row(int[] ids, int fill) => [.. ids, .. Enumerable.Repeat(fill, length - ids.Length)];
        return TokenBatch.FromPadded([.. sequences.SelectMany(ids => Row(ids, 0))], [.. sequences.SelectMany(ids => Row([.. ids.Select(_ => 1)], 0))], length);
    }
}
