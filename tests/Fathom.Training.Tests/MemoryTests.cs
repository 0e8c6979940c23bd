using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public class MemoryTests
{
    [Fact]
    public void CheckpointingSavesMemoryAndChangesNoBit()
    {
        (double Loss, float[] Gradients, long Peak) Run(bool checkpointing)
        {
            using var device = new AutogradDevice(2);
            using var golden = new Golden("llama-gqa-tied");
            using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
            model.ActivationCheckpointing = checkpointing;
            var before = device.LiveBytes;
            var sequences = golden.Sequences();
            var batch = TokenBatch.Of([.. Enumerable.Range(0, 60).Select(i => sequences[i % 3])]);
            var result = Accumulation.Run(model, new CausalLanguageModelling(), [batch]);
            return (result, [.. model.Parameters.Values.SelectMany(parameter => parameter.Gradient.ToArray())], device.PeakBytes - before);
        }

        var (whole, gradients, most) = Run(false);
        var (loss, same, less) = Run(true);
        Assert.Equal(whole, loss);
        Assert.Equal(gradients, same);
        Assert.True(less < 0.7 * most, $"{less} bytes with checkpoints, {most} without");
    }

    [Fact]
    public void CheckpointsDropOutTheSameTwice()
    {
        float[] Run(bool checkpointing)
        {
            using var device = new AutogradDevice(1);
            using var golden = new Golden("llama-gqa-tied");
            using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
            var adapter = model.AddAdapter("a", new LoraOptions { TargetModules = ["q_proj", "down_proj"], Rank = 4, Alpha = 8, Dropout = 0.3 }, seed: 5);
            foreach (var layer in adapter.Layers.Values) layer.B.Values.Fill(0.1f);
            model.ActivationCheckpointing = checkpointing;
            Accumulation.Run(model, new CausalLanguageModelling(), [golden.Batch()], seed: 9, firstPart: 3);
            return [.. model.Trainable.Values.SelectMany(parameter => parameter.Gradient.ToArray())];
        }

        var plain = Run(false);
        Assert.Equal(plain, Run(true));
        Assert.Contains(plain, value => value != 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHundredStepsLeakNothing(bool checkpointing)
    {
        // One thread: whether a second one comes in time for a job, and takes scratch for it, is chance.
        using var device = new AutogradDevice(1);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        model.ActivationCheckpointing = checkpointing;
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Parameters.Values, 0.01));
        var batch = golden.Batch();
        void Step()
        {
            Accumulation.Run(model, new CausalLanguageModelling(), [batch]);
            GradientClipping.Clip(model.Parameters.Values, 1);
            optimiser.Step(1e-4);
        }

        for (var step = 0; step < 3; step++) Step();
        var (live, peak) = (device.LiveBytes, device.PeakBytes);
        for (var step = 0; step < 100; step++) Step();
        Assert.Equal(live, device.LiveBytes);
        Assert.Equal(peak, device.PeakBytes);

        // What a step allocates on the managed heap is small beside one matrix of activations.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public void AFailureOnTheWayLeavesNothingBehind()
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var batch = golden.Batch();
        var before = device.LiveBytes;
        foreach (var checkpointing in new[] { false, true })
        {
            model.ActivationCheckpointing = checkpointing;
            Assert.Throws<InvalidOperationException>(() =>
            {
                using var tape = new Tape(device);
                _ = model.Forward(tape, batch);
                _ = tape.Checkpoint(part => part.Scale(part.Checkpoint(inner => Fail(inner.RmsNorm(model.Head, model.Parameters["model.norm.weight"], 1e-5f))), 2));
            });
            Assert.Equal(before, device.LiveBytes);
            Assert.Throws<FathomException>(() => Accumulation.Run(model, new CausalLanguageModelling(), [TokenBatch.Of([[1, 2, 1_000_000]])]));
            Assert.Equal(before, device.LiveBytes);
        }
    }

    private static Variable Fail(Variable x) => x.Length > 0 ? throw new InvalidOperationException("on purpose") : x;
}
