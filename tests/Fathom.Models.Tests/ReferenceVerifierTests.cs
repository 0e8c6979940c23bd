using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

public sealed class ReferenceVerifierTests
{
    public static TheoryData<string, string> Folders() => Pairs(TinyModels.All);

    public static TheoryData<string, string> SharedFolders() => Pairs(TinyModels.SharedForms);

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_tensor_of_the_reference_is_met(string folder, string config) => Meet(folder, config);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedFolders))]
    public void Every_tensor_of_the_reference_in_the_shared_folder_is_met(string folder, string config) => Meet(folder, config);

    [Fact]
    public void A_model_that_differs_does_not_pass()
    {
        using var model = TinyModels.Load("llama-linear-rope");
        var other = TinyModels.Golden("llama-dynamic-rope");
        var report = new ReferenceVerifier(model).Verify(other);
        Assert.False(report.Passed);
    }

    [Fact]
    public void A_file_of_another_shape_is_refused()
    {
        using var model = TinyModels.Load("llama-head-dim");
        var failure = Assert.Throws<FathomException>(() => new ReferenceVerifier(model).Verify(TinyModels.Golden("llama")));
        Assert.Contains("hidden_states.0", failure.Message, StringComparison.Ordinal);
    }

    private static TheoryData<string, string> Pairs(IEnumerable<string> folders)
    {
        var data = new TheoryData<string, string>();
        foreach (var folder in folders)
        {
            data.Add(folder, "config.json");
            data.Add(folder, "config.hub.json");
        }

        return data;
    }

    private static void Meet(string folder, string config)
    {
        using var model = TinyModels.Load(folder, config);
        var report = new ReferenceVerifier(model, new ReferenceTolerance { Logits = 0, GreedyMargin = 0 }).Verify(TinyModels.Golden(folder));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
        Assert.Contains(report.Tensors, tensor => tensor.Name == $"hidden_states.{model.Config.Layers}");
        Assert.Contains(report.Tensors, tensor => tensor.Name == "generated.2");
        var left = folder == "llama-dynamic-rope" ? new[] { "loss" } : [];
        Assert.Equal(left, report.NotCompared.Select(item => item.Name).Where(name => name != "adamw_losses" && !name.StartsWith("grad.", StringComparison.Ordinal)));
    }
}
