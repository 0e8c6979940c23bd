using Fathom.Models.Verification;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

public sealed class DeterminismVerifierTests
{
    // Every machine must give these. They change only with the built-in prompts or the kernels' order of additions.
    [Theory]
    [InlineData("llama", "8d12321e4677c5e94e41d8dea3f4d6625029f2afb630bb1befb8723db25dde7b")]
    [InlineData("llama-yarn-rope", "e8aeefe07040385ec82c1cca2591c6c601970e08461483b96458bd0594eb10a1")]
    [InlineData("mistral-sliding", "dafa6f49da5ec8fe6562ad3a38845b1ba1c7018141978ad748bcccddb320fd7a")]
    public void Tiny_models_give_their_hash_in_every_way(string folder, string hash)
    {
        var report = DeterminismVerifier.Verify(TinyModels.Folder(folder));
        Assert.All(report.Checks, check => Assert.True(check.Passed, check.Name));
        Assert.Equal(5, report.Checks.Count);
        Assert.Equal(hash, report.Hash);
    }

    [Fact]
    public void A_classifier_is_proved_by_its_states_and_class_logits()
    {
        var report = DeterminismVerifier.Verify(TinyModels.Folder("llama-seqcls"));
        Assert.All(report.Checks, check => Assert.True(check.Passed, check.Name));
        Assert.Equal(5, report.Checks.Count);
        Assert.Equal("7522c95cc5839c2a977b3f9361bb25c780ae64732575bede35215c706ffa2175", report.Hash);
    }

    [Fact]
    public void A_merged_adapter_is_proved_too()
    {
        var report = DeterminismVerifier.Verify(TinyModels.Folder("llama-gqa-tied"), SharedFolder.Golden("training/llama-gqa-tied-lora"));
        Assert.All(report.Checks, check => Assert.True(check.Passed, check.Name));
        Assert.Equal("3058924b075fbd11ca066980fda29dc844c7f89db50e1a5ea7b9a806e9a25f0b", report.Hash);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_vector_width_gives_the_hash(int bits)
    {
        using var device = Device.Cpu(new CpuOptions { Threads = 2, VectorBits = bits });
        using var model = TinyModels.Load("llama", device: device);
        var hash = DecoderBits.Hash(model, new Generation.BatchOptions(), CancellationToken.None);
        Assert.Equal("8d12321e4677c5e94e41d8dea3f4d6625029f2afb630bb1befb8723db25dde7b", Convert.ToHexStringLower(hash));
    }

    [SharedFact(SmolLm2.Folder)]
    public void The_real_model_gives_its_hash()
    {
        using var model = LanguageModel.Load(SharedFolder.Path(SmolLm2.Folder), new LoadOptions { Tokenizer = false });
        var hash = DecoderBits.Hash(model, new Generation.BatchOptions(), CancellationToken.None);
        Assert.Equal("0eb6817562e2cb8d3fe6ad5ee2b88c59a7c02f907f83bb768bc9ef3fad941b3e", Convert.ToHexStringLower(hash));
    }
}
