using System.Text.Json.Nodes;
using Fathom.Models.Conversion;

namespace Fathom.Models.Tests.Conversion;

/// <summary>
/// Forms of families that no golden folder has, written to GGUF and read back: the same bits. With FATHOM_MADE_MODELS=FOLDER the models and this
/// engine's values are left there for <c>eng/llama_cpp_families.mjs</c>, which compares them with llama.cpp's.
/// </summary>
public sealed class MadeModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Configs.Keys];

    private static OrderedDictionary<string, string> Configs { get; } = new()
    {
        ["smollm3"] = """{"model_type":"smollm3","rope_theta":10000.0,"num_hidden_layers":5,"num_key_value_heads":2}""",
        ["qwen3_moe"] = """{"model_type":"qwen3_moe","head_dim":16,"num_key_value_heads":2,"num_experts":6,"num_experts_per_tok":2,"moe_intermediate_size":24,"norm_topk_prob":true}""",
        ["command-r-plus"] = """{"model_type":"cohere","num_hidden_layers":64,"hidden_size":32,"intermediate_size":32,"use_qk_norm":true,"layer_norm_eps":1e-3,"logit_scale":0.3,"num_key_value_heads":2}""",
        ["openelm"] = """{"model_type":"openelm","num_transformer_layers":3,"model_dim":48,"head_dim":8,"num_gqa_groups":2,"vocab_size":104,"qkv_multipliers":[0.5,0.75,1.0],"ffn_multipliers":[0.5,1.0,2.0],"ffn_dim_divisor":8,"ffn_with_glu":true,"activation_fn_name":"swish","normalize_qk_projections":true,"share_input_output_layers":true,"rope_freq_constant":10000,"max_context_length":64}""",
        ["falcon-heads"] = """{"model_type":"falcon","multi_query":false,"parallel_attn":true,"bias":false,"new_decoder_architecture":false,"layer_norm_epsilon":1e-3}""",
        ["falcon-one-norm"] = """{"model_type":"falcon","new_decoder_architecture":true,"num_ln_in_parallel_attn":1,"num_kv_heads":2,"bias":false,"tie_word_embeddings":false}""",
        ["llama-yarn-limits"] = """{"model_type":"llama","max_position_embeddings":64,"rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16,"beta_fast":8.0,"beta_slow":0.5}}""",
        ["qwen2-yarn"] = """{"model_type":"qwen2","num_key_value_heads":2,"rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16}}""",
        ["qwen2-linear"] = """{"model_type":"qwen2","num_key_value_heads":2,"rope_scaling":{"rope_type":"linear","factor":2.0}}""",
        ["llama3-no-scaling"] = """{"model_type":"llama","rope_theta":500000.0,"num_key_value_heads":1,"tie_word_embeddings":true}""",
        ["mistral-no-window"] = """{"model_type":"mistral","sliding_window":null,"num_key_value_heads":2,"head_dim":24}""",
        ["gemma3-global"] = """{"model_type":"gemma3_text","head_dim":16,"query_pre_attn_scalar":16,"num_key_value_heads":2,"num_hidden_layers":7,"sliding_window":8,"hidden_activation":"gelu_pytorch_tanh"}""",
        ["gemma2"] = """{"model_type":"gemma2","head_dim":16,"query_pre_attn_scalar":16,"num_key_value_heads":2,"num_hidden_layers":4,"sliding_window":8,"hidden_activation":"gelu_pytorch_tanh"}""",
        ["gpt_neox-wide"] = """{"model_type":"gpt_neox","rotary_pct":0.5,"hidden_act":"gelu_new","layer_norm_eps":1e-3}""",
        ["granite-bias"] = """{"model_type":"granite","attention_bias":true,"mlp_bias":true,"embedding_multiplier":2.0,"attention_multiplier":0.25,"residual_multiplier":0.5,"logits_scaling":4.0,"num_key_value_heads":2}""",
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryBitComesBack(string name)
    {
        var kept = Environment.GetEnvironmentVariable("FATHOM_MADE_MODELS");
        var folder = kept is null ? _folder.Sub("model") : Path.Combine(kept, name);
        MadeModel.Write(folder, Whole(name));
        if (kept is not null) MadeModel.WriteValues(folder);
        ModelConverter.Convert(folder, _folder.Sub("model.gguf"), new ConversionOptions { Tokenizer = false });
        ModelConverter.Convert(_folder.Sub("model.gguf"), _folder.Sub("back"), new ConversionOptions { Tokenizer = false });
        using var original = LanguageModel.Load(folder, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(original, 4, 21);
        var expected = original.GetHiddenStates(tokens, LogitPositions.All).Logits;
        Assert.All(expected, logit => Assert.True(float.IsFinite(logit)));
        foreach (var place in new[] { "model.gguf", "back" })
        {
            using var model = LanguageModel.Load(_folder.Sub(place), new LoadOptions { Threads = 1 });
            var found = model.GetHiddenStates(tokens, LogitPositions.All).Logits;

            // Frequencies that are written as divisors, norms that get their 1, and factors that are written as their reciprocals are rounded.
            if (name is "llama-yarn-limits" || name.StartsWith("gemma", StringComparison.Ordinal)) Assert.All(expected.Zip(found), pair => Assert.InRange(pair.First - pair.Second, -2e-5f * expected.Max(Math.Abs), 2e-5f * expected.Max(Math.Abs)));
            else Assert.True(expected.AsSpan().SequenceEqual(found), place);
        }
    }

    private static JsonObject Whole(string name)
    {
        var config = JsonNode.Parse(Configs[name])!.AsObject();
        foreach (var (key, value) in new (string, JsonNode)[]
        {
            ("hidden_size", 64), ("intermediate_size", 96), ("num_hidden_layers", 2), ("num_attention_heads", 4), ("vocab_size", 104),
            ("max_position_embeddings", 64), ("eos_token_id", 2), ("rms_norm_eps", 1e-5),
        })
        {
            config.TryAdd(key, value);
        }

        return config;
    }
}
