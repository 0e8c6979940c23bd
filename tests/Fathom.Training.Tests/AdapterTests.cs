using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public class AdapterTests
{
    private static readonly LoraOptions Options = new() { TargetModules = ["q_proj", "v_proj"], Rank = 4, Alpha = 8 };

    [Fact]
    public void ANewAdapterChangesNothingAndFreezesTheBase()
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        Assert.Equal(model.Parameters.Keys, model.Trainable.Keys);
        var bare = Run(model, golden);
        var adapter = model.AddAdapter("first", Options, seed: 5);
        Assert.All(model.Parameters.Values, parameter => Assert.False(parameter.NeedsGradient || parameter.HasGradient));
        Assert.Equal(bare, Run(model, golden));
        Assert.All(model.Parameters.Values, parameter => Assert.False(parameter.HasGradient));
        Assert.Equal(12, model.Trainable.Count);
        Assert.Equal("model.layers.0.self_attn.q_proj.lora_A.first.weight", model.Trainable.GetAt(0).Key);
        var q = adapter.Layers["model.layers.2.self_attn.q_proj"];
        Assert.All(q.A.Gradient.ToArray(), value => Assert.Equal(0, value));
        Assert.Contains(q.B.Gradient.ToArray(), value => value != 0);
        Assert.InRange(q.A.Values.ToArray().Max(Math.Abs), 0.8 / Math.Sqrt(32), 1 / Math.Sqrt(32));
        model.RemoveAdapter("first");
        Assert.Equal(model.Parameters.Keys, model.Trainable.Keys);
        Assert.All(model.Parameters.Values, parameter => Assert.True(parameter.NeedsGradient));
    }

    [Fact]
    public void TrainingAnAdapterLowersTheLossAndLeavesTheBase()
    {
        using var device = new AutogradDevice(2);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        float[] before = [.. model.Parameters.Values.SelectMany(parameter => parameter.Values.ToArray())];
        model.AddAdapter("first", Options with { Dropout = 0.1 }, seed: 5);
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Trainable.Values])]);
        var first = Run(model, golden);
        for (var step = 0; step < 10; step++)
        {
            optimiser.Step(1e-2);
            Accumulation.Run(model, new CausalLanguageModelling(), [golden.Batch()], seed: 3, firstPart: (uint)step);
        }

        Assert.True(Run(model, golden) < first - 0.5, "ten steps must lower the loss");
        Assert.Equal(before, model.Parameters.Values.SelectMany(parameter => parameter.Values.ToArray()));
    }

    [Fact]
    public void AdaptersAreSummedSwitchedAndFrozen()
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var bare = Run(model, golden);
        var (positive, negative) = (model.AddAdapter("positive", Options, 1), model.AddAdapter("negative", Options, 2));
        foreach (var layer in positive.Layers.Values.Concat(negative.Layers.Values)) layer.B.Values.Fill(0.1f);
        Assert.Equal(["positive", "negative"], model.ActiveAdapters);
        var both = Run(model, golden);
        model.Activate("positive");
        var one = Run(model, golden);
        model.Activate("negative");
        var other = Run(model, golden);
        Assert.Equal(4, new[] { bare, both, one, other }.Distinct().Count());
        model.Activate();
        Assert.Equal(bare, Run(model, golden));
        negative.Trains = false;
        model.Activate("positive", "negative");
        Assert.Equal(both, Run(model, golden));
        Assert.Equal(12, model.Trainable.Count);
        Assert.All(negative.Tensors.Values, variable => Assert.False(variable.HasGradient));
        Assert.Contains("loaded are: positive, negative", Assert.Throws<FathomException>(() => model.Activate("third")).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => model.AddAdapter("positive", Options));
    }

    [Fact]
    public void ActivationCheckpointingDropsTheSameElementsAndChangesNoBit()
    {
        using var device = new AutogradDevice(1);
        using var golden = new Golden("llama-gqa-tied");
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var adapter = model.AddAdapter("a", Options with { Dropout = 0.3 }, seed: 1);
        foreach (var layer in adapter.Layers.Values) layer.B.Values.Fill(0.1f);
        (double, float[]) Pass(bool checkpointing, uint step)
        {
            model.ActivationCheckpointing = checkpointing;
            var loss = Accumulation.Run(model, new CausalLanguageModelling(), [golden.Batch()], seed: 9, firstPart: step);
            float[] gradients = [.. model.Trainable.Values.SelectMany(variable => variable.Gradient.ToArray())];
            foreach (var variable in model.Trainable.Values) variable.ReleaseGradient();
            return (loss, gradients);
        }

        var (first, expected) = Pass(checkpointing: false, step: 4);
        var (again, same) = Pass(checkpointing: true, step: 4);
        Assert.Equal(first, again);
        Assert.Equal(expected, same);
        Assert.NotEqual(first, Pass(checkpointing: true, step: 5).Item1);
    }

    [Theory]
    [InlineData("qproj", "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj")]
    [InlineData("lm_head", "modules_to_save")]
    [InlineData("embed_tokens", "an embedding")]
    [InlineData("norm", "not a linear layer")]
    public void AnUnreachableTargetIsRefused(string target, string expected)
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        var before = device.LiveBytes;
        var error = Assert.Throws<FathomException>(() => model.AddAdapter("a", new LoraOptions { TargetModules = ["v_proj", target] }));
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(model.Adapters);
        Assert.Equal(before, device.LiveBytes);
        Assert.True(model.Head.NeedsGradient);
    }

    [Theory]
    [InlineData(LoraOptions.AllLinear, 21)]
    [InlineData(@"model\.layers\.[12]\.mlp\..*", 6)]
    [InlineData(@".*\.(up|gate)_proj", 6)]
    public void PatternsMatchWholeNames(string pattern, int layers)
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableModel.Load(Golden.Folder("llama-gqa-tied"), device);
        Assert.Equal(layers, model.AddAdapter("a", new LoraOptions { TargetPattern = pattern }).Layers.Count);
    }

    private static double Run(TrainableModel model, Golden golden) => Accumulation.Run(model, new CausalLanguageModelling(), [golden.Batch()]);
}
