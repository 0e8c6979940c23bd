using Fathom.Models.Verification;

namespace Fathom.Models.Tests;

/// <summary>Every family that GGUF files are read of, written as llama.cpp's converter writes it, meets the values of its original files.</summary>
public sealed class GgufFamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Families => new()
    {
        { "qwen2", "qwen2" },
        { "qwen3", "qwen3" },
        { "gpt2", "gpt2" },
        { "gemma2", "gemma2" },
    };

    public static TheoryData<string, string> SharedFamilies => new()
    {
        { "gemma", "gemma" },
        { "phi3", "phi3" },
        { "gpt_neox", "gptneox" },
        { "gpt_neox-sequential", "gptneox" },
        { "olmo2", "olmo2" },
        { "granite", "granite" },
        { "stablelm", "stablelm" },
        { "cohere", "command-r" },
        { "mixtral", "llama" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void The_reference_is_met(string folder, string architecture) => Meet(folder, architecture);

    [SharedTheory("golden/hf")]
    [MemberData(nameof(SharedFamilies))]
    public void The_reference_of_the_shared_folder_is_met(string folder, string architecture) => Meet(folder, architecture);

    [Fact]
    public void ASettingThatIsNotKnownIsRefusedByName()
    {
        using var original = TinyModels.Load("gpt2");
        var path = _folder.Sub("bad.gguf");
        GgufWriter.Write(path, "gpt2", original, Path.Combine(TinyModels.Folder("gpt2"), "model.safetensors"), woven: false, ("gpt2.attention.max_alibi_bias", 8f));
        Assert.Contains("gpt2.attention.max_alibi_bias", Assert.Throws<FathomException>(() => LanguageModel.Load(path)).Message, StringComparison.Ordinal);
    }

    private void Meet(string folder, string architecture)
    {
        using var original = TinyModels.Load(folder);
        var path = _folder.Sub("model.gguf");
        var config = original.Config;
        (string, object)[] more = folder switch
        {
            "gemma2" => [("gemma2.attention.sliding_window", (uint)config.Windows[0]), ("gemma2.attn_logit_softcapping", config.AttentionSoftCap), ("gemma2.final_logit_softcapping", config.LogitSoftCap)],
            "phi3" => [("phi3.attention.sliding_window", (uint)config.Windows[0])],
            "gpt_neox" or "gpt_neox-sequential" => [("gptneox.use_parallel_residual", config.ParallelBlock)],
            "granite" => [("granite.embedding_scale", config.EmbeddingScale), ("granite.attention.scale", config.AttentionScale), ("granite.residual_scale", config.ResidualScale), ("granite.logit_scale", 1 / config.LogitScale)],
            "cohere" => [("command-r.logit_scale", config.LogitScale)],
            "mixtral" => [("llama.expert_count", (uint)config.Mixture!.Experts), ("llama.expert_used_count", (uint)config.Mixture.PerToken)],
            _ => [],
        };
        GgufWriter.Write(path, architecture, original, Path.Combine(TinyModels.Folder(folder), "model.safetensors"), woven: folder is "granite" or "mixtral", more);
        using var model = LanguageModel.Load(path, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 19);
        if (folder == "gemma2")
        {
            // The tiny model's scale is none that a GGUF file can mean.
            Assert.Equal((float)(1 / Math.Sqrt(config.HeadDim)), model.Config.AttentionScale);
            Assert.Equal(original.GetHiddenStates(tokens).Entries[0], model.GetHiddenStates(tokens).Entries[0]);
            return;
        }

        var report = new ReferenceVerifier(model).Verify(TinyModels.Golden(folder));
        Assert.All(report.Tensors, tensor => Assert.True(tensor.Passed, $"{tensor.Name}: {tensor.MaxAbs:g3} absolute, {tensor.MaxRel:g3} relative"));
    }
}
