using System.Text.Json.Nodes;
using Fathom.Formats;

namespace Fathom.Models.Tests;

public sealed class BadModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("pretraining_tp", "2")]
    [InlineData("rope_scaling", """{"type":"longrope","factor":2.0}""")]
    [InlineData("rope_scaling", """{"type":"linear"}""")]
    [InlineData("rope_scaling", """{"type":"linear","factor":2.0,"new_key":1}""")]
    [InlineData("rope_parameters", """{"rope_type":"default","rope_theta":10000.0,"partial_rotary_factor":0.5}""")]
    [InlineData("quantization_config", """{"quant_method":"gptq"}""")]
    [InlineData("num_attention_heads", "0")]
    [InlineData("num_attention_heads", "3")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("hidden_size", "\"32\"")]
    [InlineData("hidden_size", "1e99")]
    [InlineData("vocab_size", "-5")]
    [InlineData("rms_norm_eps", "0")]
    [InlineData("layer_types", """["full_attention","sliding_attention","full_attention"]""")]
    [InlineData("eos_token_id", "[2,\"x\"]")]
    [InlineData("head_dim", "7")]
    public void A_setting_that_would_change_results_is_refused_by_name(string key, string value)
    {
        var config = Config("config.hub.json");
        config[key] = JsonNode.Parse(value);
        var message = Refused(config);
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains("config.json", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hidden_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("vocab_size")]
    [InlineData("intermediate_size")]
    [InlineData("max_position_embeddings")]
    [InlineData("model_type")]
    public void A_missing_key_is_named(string key)
    {
        var config = Config("config.json");
        config.Remove(key);
        Assert.Contains(key, Refused(config), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_architecture_lists_the_known()
    {
        var config = Config("config.json");
        config["model_type"] = "rwkv";
        var message = Refused(config);
        Assert.Contains("'rwkv'", message, StringComparison.Ordinal);
        Assert.Contains("llama, mistral", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers", 2, "model.layers.2.input_layernorm.weight")]
    [InlineData("num_hidden_layers", 4, "model.layers.3.self_attn.q_proj.weight' is missing")]
    [InlineData("intermediate_size", 64, "expected [64, 32]")]
    [InlineData("vocab_size", 112, "expected [112, 32]")]
    public void Weights_that_do_not_fit_are_named(string key, int value, string expected)
    {
        var config = Config("config.json");
        config[key] = value;
        Assert.Contains(expected, Refused(config), StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_of_2023_do_no_harm_and_other_extras_do()
    {
        var golden = Logits(TinyModels.Folder("llama"));
        var folder = Rewrite(bundle => bundle.Add("model.layers.0.self_attn.rotary_emb.inv_freq", new float[4]));
        Assert.Equal(golden, Logits(folder));
        folder = Rewrite(bundle => bundle.Add("model.layers.0.self_attn.new_thing", new float[4]));
        Assert.Contains("new_thing", Assert.Throws<FathomException>(() => LanguageModel.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.norm.weight")]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("model.layers.1.mlp.down_proj.weight")]
    [InlineData("lm_head.weight")]
    public void A_weight_that_is_not_a_number_is_named(string name)
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity })
        {
            var folder = Rewrite(null, name, bad);
            var failure = Assert.Throws<FathomException>(() =>
            {
                using var model = LanguageModel.Load(folder);
                model.GetLogProbabilities(Enumerable.Range(0, 60).ToArray());
            });
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tied_model_with_a_head_of_its_own_uses_it_only_if_it_differs()
    {
        var tied = TinyModels.Folder("llama-gqa-tied");
        using var weights = SafetensorsFile.Open(Path.Combine(tied, "model.safetensors"));
        var table = Floats(weights, "model.embed_tokens.weight");
        var expected = Logits(tied);
        Assert.Equal(expected, Logits(Rewrite(bundle => bundle.Add("lm_head.weight", table, 112, 32), source: tied)));
        Assert.NotEqual(expected, Logits(Rewrite(bundle => bundle.Add("lm_head.weight", [.. table.Select(value => -value)], 112, 32), source: tied)));
    }

    [Fact]
    public void Things_that_are_no_model_say_so()
    {
        Directory.CreateDirectory(_folder.Sub("empty"));
        File.WriteAllText(_folder.Sub("text.gguf"), "hello");
        Directory.CreateDirectory(_folder.Sub("two"));
        File.WriteAllText(Path.Combine(_folder.Sub("two"), "a.gguf"), "");
        File.WriteAllText(Path.Combine(_folder.Sub("two"), "b.gguf"), "");
        Directory.CreateDirectory(_folder.Sub("config"));
        File.WriteAllText(Path.Combine(_folder.Sub("config"), "config.json"), "[1]");
        foreach (var (path, expected) in new[]
        {
            ("nowhere", "no such"), ("empty", "neither config.json nor"), ("text.gguf", "text.gguf"), ("two", "2 .gguf files"), ("config", "an object was expected"),
        })
        {
            var failure = Assert.Throws<FathomException>(() => LanguageModel.Load(_folder.Sub(path)));
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
        }
    }

    [Fact]
    public void A_model_without_tokenizer_says_so_when_text_comes()
    {
        using var model = TinyModels.Load("llama");
        Assert.False(model.HasTokenizer);
        Assert.Contains("tokenizer.json", Assert.Throws<FathomException>(() => model.Tokenizer).Message, StringComparison.Ordinal);
    }

    private static JsonObject Config(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(TinyModels.Folder("llama"), name)))!.AsObject();

    private string Refused(JsonObject config)
    {
        var folder = Copy(TinyModels.Folder("llama"));
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        var failure = Assert.Throws<FathomException>(() => LanguageModel.Load(folder));
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }

    private string Copy(string source)
    {
        var folder = _folder.Sub(Guid.NewGuid().ToString());
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "config.json", "model.safetensors" }) File.Copy(Path.Combine(source, name), Path.Combine(folder, name));
        return folder;
    }

    private string Rewrite(Action<TensorBundle>? more, string? spoilt = null, float bad = 0, string? source = null)
    {
        source ??= TinyModels.Folder("llama");
        var folder = Copy(source);
        var bundle = new TensorBundle();
        using var weights = SafetensorsFile.Open(Path.Combine(source, "model.safetensors"));
        foreach (var name in weights.Names)
        {
            var values = Floats(weights, name);
            if (name == spoilt) values[values.Length / 2] = bad;
            bundle.Add(name, values, weights.GetTensor(name).Shape.AsSpan());
        }

        more?.Invoke(bundle);
        SafetensorsWriter.Save(Path.Combine(folder, "model.safetensors"), bundle);
        return folder;
    }

    private static float[] Floats(SafetensorsFile file, string name)
    {
        var values = new float[file.GetTensor(name).ElementCount];
        Architectures.WeightValues.Decode(file.GetTensor(name), values);
        return values;
    }

    private static float[] Logits(string folder)
    {
        using var model = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        return model.GetHiddenStates(Prompts.Ids(model, 3, 9), LogitPositions.All).Logits;
    }
}
