using Fathom.Models.Architectures;
using Fathom.Models.Encoders.Families;
using Fathom.Testing.Mutation;

namespace Fathom.Models.Tests;

/// <summary>Configurations damaged ten thousand times: read or refused in one line, never a crash, never memory for a lie.</summary>
public sealed class ConfigMutationTests
{
    private static readonly string[] Encoders = ["bert", "roberta", "deberta", "deberta-v3", "deberta-v2-conv", "deberta-v2-keys", "modernbert", "t5", "flan-t5"];

    [Fact]
    public void DamagedConfigurationsAreReadOrRefused() =>
        MutationRun.Of("config.json", [.. TinyModels.All.Select(name => File.ReadAllBytes(Path.Combine(TinyModels.Folder(name), "config.json")))], Read);

    [SharedFact("golden/hf")]
    public void DamagedConfigurationsOfEveryFamilyAreReadOrRefused() =>
        MutationRun.Of("config.json of every decoder", [.. TinyModels.SharedForms.SelectMany(name => new[] { "config.json", "config.hub.json" }.Select(file => File.ReadAllBytes(Path.Combine(TinyModels.Folder(name), file))))], Read);

    [SharedFact("golden/hf")]
    public void DamagedConfigurationsOfEncodersAreReadOrRefused() =>
        MutationRun.Of("config.json of every encoder", [.. Encoders.Select(name => File.ReadAllBytes(SharedFolder.Path($"golden/hf/{name}/config.json")))], content =>
        {
            var config = HuggingFaceConfig.Parse(content, "mutated.json");
            var plan = EncoderFamilies.Of(config).Read(config);
            Assert.True(plan.Config.Width > 0 && plan.Config.Layers > 0 && plan.Config.Vocabulary > 0);
        });

    [Theory]
    [InlineData("\"hidden_size\": 9223372036854775807")]
    [InlineData("\"hidden_size\": -1")]
    [InlineData("\"num_hidden_layers\": 2147483648")]
    [InlineData("\"num_attention_heads\": 0")]
    [InlineData("\"vocab_size\": 1e30")]
    [InlineData("\"rms_norm_eps\": 1e999")]
    [InlineData("\"rope_theta\": \"os.system\"")]
    [InlineData("\"max_position_embeddings\": [[[[]]]]")]
    public void ImpossibleNumbersAreRefused(string setting)
    {
        var key = setting[..setting.IndexOf(':', StringComparison.Ordinal)];
        var text = File.ReadAllText(Path.Combine(TinyModels.Folder("llama"), "config.json"));
        var start = text.IndexOf(key + ":", StringComparison.Ordinal);
        var changed = start < 0
            ? text.Insert(text.IndexOf('{', StringComparison.Ordinal) + 1, setting + ",")
            : text[..start] + setting + text[text.IndexOfAny([',', '\n'], start)..];
        Assert.Throws<FathomException>(() => Read(System.Text.Encoding.UTF8.GetBytes(changed)));
    }

    private static void Read(byte[] content)
    {
        var config = HuggingFaceConfig.Parse(content, "mutated.json");
        var type = config.String("model_type") ?? throw new FathomException("mutated.json: model_type is missing");
        var shape = ArchitectureRegistry.ForHuggingFace(type, "mutated.json").Read(config);
        Assert.True(shape.Width > 0 && shape.Layers > 0 && shape.Vocabulary > 0);
    }
}
