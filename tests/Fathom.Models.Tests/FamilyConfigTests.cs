using System.Text;
using System.Text.Json.Nodes;
using Fathom.Models.Architectures;

namespace Fathom.Models.Tests;

public sealed class FamilyConfigTests
{
    [Theory]
    [InlineData("qwen2", "hidden_act", "\"gelu\"")]
    [InlineData("qwen2-sliding", "layer_types", """["full_attention","sliding_attention"]""")]
    [InlineData("qwen2-sliding", "layer_types", """["full_attention","chunked_attention","full_attention"]""")]
    [InlineData("qwen2-sliding", "sliding_window", "0")]
    [InlineData("qwen2", "layer_types", """["full_attention","sliding_attention"]""")]
    [InlineData("qwen3", "head_dim", "null")]
    [InlineData("smollm3", "no_rope_layers", "[1,0,1]")]
    [InlineData("smollm3", "no_rope_layers", "[1,0,1,2]")]
    [InlineData("smollm3", "use_sliding_window", "true")]
    [InlineData("gpt2", "activation_function", "\"mish\"")]
    [InlineData("gpt2", "add_cross_attention", "true")]
    [InlineData("gpt2", "n_layer", "2000000000")]
    [InlineData("gemma2", "hidden_activation", "\"silu\"")]
    [InlineData("gemma2", "use_bidirectional_attention", "true")]
    [InlineData("gemma2", "attn_logit_softcapping", "-1")]
    [InlineData("gemma2", "layer_types", """["full_attention"]""")]
    [InlineData("opt-350m", "layer_norm_elementwise_affine", "false")]
    [InlineData("opt-350m", "word_embed_proj_dim", "64")]
    [InlineData("falcon-rw", "activation", "\"swoosh\"")]
    [InlineData("falcon-rw", "quantization_config", "{}")]
    public void ASettingThatWouldChangeResultsIsRefusedByName(string folder, string key, string value) => Refused(folder, key, value);

    [SharedTheory("golden/hf")]
    [InlineData("gemma3-text", "rope_scaling", """{"rope_type":"linear","factor":8,"strange":1}""")]
    [InlineData("gpt_neox", "rotary_pct", "1.5")]
    [InlineData("phi3-longrope", "rope_scaling", """{"type":"longrope","long_factor":[1,2],"short_factor":[1,2,3]}""")]
    [InlineData("mixtral", "num_experts_per_tok", "9")]
    [InlineData("qwen3_moe", "num_experts", "100000")]
    [InlineData("stablelm", "partial_rotary_factor", "0.1")]
    [InlineData("falcon-40b", "num_kv_heads", "3")]
    public void ASettingOfTheSharedFoldersThatWouldChangeResultsIsRefusedByName(string folder, string key, string value) => Refused(folder, key, value);

    [Fact]
    public void QwenSeesWindowsOnlyWhereTheyAreSwitchedOn()
    {
        Assert.Equal([0, 4, 4], Read("qwen2-sliding").Windows);
        Assert.Equal([0, 0, 4], Read("qwen2-sliding", ("max_window_layers", "2")).Windows);
        Assert.Equal([0, 0, 0], Read("qwen2-sliding", ("use_sliding_window", "false")).Windows);
        Assert.Equal([4, 0, 4], Read("qwen2-sliding", ("layer_types", """["sliding_attention","full_attention","sliding_attention"]""")).Windows);
    }

    [Fact]
    public void EveryFourthLayerOfSmolLm3HasNoRopeUnlessTheFileSaysOtherwise()
    {
        Assert.Equal([1, 3], Read("smollm3").LayersWithoutRope);
        Assert.Equal([3], Read("smollm3", ("no_rope_layers", "null")).LayersWithoutRope);
    }

    private static void Refused(string folder, string key, string value)
    {
        var failure = Assert.Throws<FathomException>(() => Read(folder, (key, value)));
        var named = key is "rope_scaling" ? value.Contains("strange", StringComparison.Ordinal) ? "strange" : "long_factor" : key == "rotary_pct" ? "partial_rotary_factor" : key;
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    private static DecoderConfig Read(string folder, params ReadOnlySpan<(string Key, string Value)> changes)
    {
        var path = Path.Combine(TinyModels.Folder(folder), "config.hub.json");
        var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var (key, value) in changes) root[key] = JsonNode.Parse(value);
        return ArchitectureRegistry.ForHuggingFace((string)root["model_type"]!, path).Read(HuggingFaceConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), path));
    }
}
