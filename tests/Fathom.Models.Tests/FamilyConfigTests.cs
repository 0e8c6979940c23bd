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
    public void ASettingThatWouldChangeResultsIsRefusedByName(string folder, string key, string value)
    {
        var failure = Assert.Throws<FathomException>(() => Read(folder, (key, value)));
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
    }

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

    private static DecoderConfig Read(string folder, params ReadOnlySpan<(string Key, string Value)> changes)
    {
        var path = Path.Combine(TinyModels.Folder(folder), "config.hub.json");
        var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var (key, value) in changes) root[key] = JsonNode.Parse(value);
        return ArchitectureRegistry.ForHuggingFace((string)root["model_type"]!, path).Read(HuggingFaceConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), path));
    }
}
