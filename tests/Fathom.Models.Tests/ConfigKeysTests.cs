using System.Globalization;

namespace Fathom.Models.Tests;

/// <summary>
/// The keys of the reference's configuration classes that change results, family by family: each set to another value changes the
/// numbers, or is refused by its name, or asks for weights that the file has not got.
/// </summary>
public sealed class ConfigKeysTests
{
    private const string Changes = "changes", Refused = "refused", Misfit = "misfit", Same = "same";

    [Theory]
    [InlineData("llama", "hidden_act", "\"gelu\"", Refused)]
    [InlineData("llama", "attention_bias", "true", Misfit)]
    [InlineData("llama", "mlp_bias", "true", Misfit)]
    [InlineData("llama", "rms_norm_eps", "0.1", Changes)]
    [InlineData("llama", "rope_theta", "100", Changes)]
    [InlineData("llama", "rope_scaling", "{\"rope_type\":\"linear\",\"factor\":4}", Changes)]
    [InlineData("llama", "rope_scaling", "{\"rope_type\":\"dynamic\",\"factor\":4}", Same)]
    [InlineData("llama", "rope_scaling", "{\"rope_type\":\"mrope\",\"mrope_section\":[1,1,2]}", Refused)]
    [InlineData("llama", "rope_scaling", "{\"rope_type\":\"proportional\"}", Refused)]
    [InlineData("llama", "rope_scaling", "{\"type\":\"linear\",\"factor\":4,\"partial_rotary_factor\":0.5}", Refused)]
    [InlineData("llama", "partial_rotary_factor", "0.5", Refused)]
    [InlineData("llama", "pretraining_tp", "2", Refused)]
    [InlineData("llama", "head_dim", "16", Misfit)]
    [InlineData("llama", "num_key_value_heads", "2", Misfit)]
    [InlineData("llama", "layer_types", "[\"full_attention\",\"sliding_attention\",\"full_attention\"]", Refused)]
    [InlineData("llama", "quantization_config", "{\"quant_method\":\"fp8\"}", Refused)]
    [InlineData("llama", "compression_config", "{\"format\":\"int-quantized\"}", Refused)]
    [InlineData("llama", "pruned_heads", "{\"0\":[1]}", Refused)]
    [InlineData("llama", "use_cache", "false", Same)]
    [InlineData("llama", "torch_dtype", "\"bfloat16\"", Same)]
    [InlineData("llama", "auto_map", "{\"AutoModel\":\"x.Y\"}", Same)]
    [InlineData("llama", "attention_dropout", "0.5", Same)]
    [InlineData("llama", "a_key_nobody_knows", "7", Same)]
    [InlineData("mistral-sliding", "sliding_window", "2", Changes)]
    [InlineData("mistral-sliding", "sliding_window", "null", Changes)]
    [InlineData("mistral-sliding", "hidden_act", "\"relu\"", Refused)]
    [InlineData("mistral-sliding", "partial_rotary_factor", "0.5", Refused)]
    [InlineData("mistral-sliding", "layer_types", "[\"full_attention\",\"full_attention\"]", Refused)]
    [InlineData("qwen2-sliding", "use_sliding_window", "false", Changes)]
    [InlineData("qwen2-sliding", "sliding_window", "2", Changes)]
    [InlineData("qwen2-sliding", "max_window_layers", "3", Changes)]
    [InlineData("qwen2-sliding", "layer_types", "[\"full_attention\",\"full_attention\",\"sliding_attention\"]", Changes)]
    [InlineData("qwen2-sliding", "layer_types", "[\"full_attention\",\"chunked_attention\",\"full_attention\"]", Refused)]
    [InlineData("qwen2", "rope_theta", "50", Changes)]
    [InlineData("qwen3", "attention_bias", "true", Misfit)]
    [InlineData("qwen3", "head_dim", "null", Refused)]
    [InlineData("qwen3", "use_sliding_window", "true", Same)]
    [InlineData("smollm3", "no_rope_layers", "[1,1,1,1]", Changes)]
    [InlineData("smollm3", "use_sliding_window", "true", Refused)]
    [InlineData("smollm3", "attention_bias", "true", Misfit)]
    [InlineData("gemma2", "query_pre_attn_scalar", "3", Changes)]
    [InlineData("gemma2", "attn_logit_softcapping", "0.01", Changes)]
    [InlineData("gemma2", "attn_logit_softcapping", "null", Changes)]
    [InlineData("gemma2", "final_logit_softcapping", "0.1", Changes)]
    [InlineData("gemma2", "sliding_window", "2", Changes)]
    [InlineData("gemma2", "layer_types", "[\"full_attention\",\"full_attention\",\"full_attention\"]", Changes)]
    [InlineData("gemma2", "hidden_activation", "\"relu\"", Refused)]
    [InlineData("gemma2", "use_bidirectional_attention", "true", Refused)]
    [InlineData("gemma2", "attention_bias", "true", Misfit)]
    [InlineData("gpt2", "activation_function", "\"relu\"", Changes)]
    [InlineData("gpt2", "activation_function", "\"mish\"", Refused)]
    [InlineData("gpt2", "scale_attn_weights", "false", Changes)]
    [InlineData("gpt2", "scale_attn_by_inverse_layer_idx", "true", Changes)]
    [InlineData("gpt2", "layer_norm_epsilon", "0.1", Changes)]
    [InlineData("gpt2", "add_cross_attention", "true", Refused)]
    [InlineData("gpt2", "reorder_and_upcast_attn", "true", Same)]
    [InlineData("gpt2", "pruned_heads", "{\"0\":[1]}", Refused)]
    [InlineData("gpt2", "n_inner", "8", Misfit)]
    [InlineData("opt-350m", "activation_function", "\"gelu\"", Changes)]
    [InlineData("opt-350m", "do_layer_norm_before", "true", Misfit)]
    [InlineData("opt-350m", "enable_bias", "false", Misfit)]
    [InlineData("opt-350m", "layer_norm_elementwise_affine", "false", Refused)]
    [InlineData("opt-350m", "layerdrop", "0.5", Same)]
    [InlineData("falcon-rw", "alibi", "false", Changes)]
    [InlineData("falcon-rw", "multi_query", "true", Misfit)]
    [InlineData("falcon-rw", "parallel_attn", "true", Misfit)]
    [InlineData("falcon-rw", "bias", "false", Misfit)]
    [InlineData("falcon-rw", "new_decoder_architecture", "true", Misfit)]
    [InlineData("falcon-rw", "activation", "\"relu\"", Changes)]
    [InlineData("falcon-rw", "apply_residual_connection_post_layernorm", "true", Refused)]
    [InlineData("falcon-rw", "layer_norm_epsilon", "0.1", Changes)]
    [InlineData("bert", "hidden_act", "\"relu\"", Changes)]
    [InlineData("bert", "hidden_act", "\"mish\"", Refused)]
    [InlineData("bert", "layer_norm_eps", "0.1", Changes)]
    [InlineData("bert", "position_embedding_type", "\"relative_key\"", Refused)]
    [InlineData("bert", "position_embedding_type", "\"relative_key_query\"", Refused)]
    [InlineData("bert", "is_decoder", "true", Refused)]
    [InlineData("bert", "add_cross_attention", "true", Refused)]
    [InlineData("bert", "type_vocab_size", "3", Misfit)]
    [InlineData("bert", "quantization_config", "{\"quant_method\":\"bitsandbytes\"}", Refused)]
    [InlineData("bert", "pruned_heads", "{\"0\":[1]}", Refused)]
    [InlineData("bert", "chunk_size_feed_forward", "2", Same)]
    [InlineData("roberta", "hidden_act", "\"relu\"", Changes)]
    [InlineData("roberta", "pad_token_id", "0", Changes)]
    [InlineData("roberta", "position_embedding_type", "\"relative_key\"", Refused)]
    [InlineData("roberta", "is_decoder", "true", Refused)]
    [InlineData("deberta", "pos_att_type", "[\"c2p\"]", Misfit)]
    [InlineData("deberta", "pos_att_type", "[\"p2p\"]", Refused)]
    [InlineData("deberta", "relative_attention", "false", Misfit)]
    [InlineData("deberta", "max_relative_positions", "5", Misfit)]
    [InlineData("deberta", "position_biased_input", "true", Misfit)]
    [InlineData("deberta", "talking_head", "true", Refused)]
    [InlineData("deberta", "layer_norm_eps", "0.1", Changes)]
    [InlineData("deberta-v3", "pos_att_type", "[\"c2p\"]", Changes)]
    [InlineData("deberta-v3", "position_buckets", "3", Misfit)]
    [InlineData("deberta-v3", "max_relative_positions", "9", Changes)]
    [InlineData("deberta-v3", "norm_rel_ebd", "\"none\"", Misfit)]
    [InlineData("deberta-v3", "norm_rel_ebd", "\"rms\"", Refused)]
    [InlineData("deberta-v3", "share_att_key", "false", Misfit)]
    [InlineData("deberta-v3", "conv_kernel_size", "3", Misfit)]
    [InlineData("deberta-v3", "attention_head_size", "3", Refused)]
    [InlineData("deberta-v3", "embedding_size", "7", Misfit)]
    [InlineData("deberta-v3", "pooler_hidden_act", "\"relu\"", Changes)]
    [InlineData("deberta-v3", "pooler_hidden_size", "5", Refused)]
    [InlineData("t5", "feed_forward_proj", "\"gelu\"", Refused)]
    [InlineData("t5", "feed_forward_proj", "\"gated-gelu\"", Refused)]
    [InlineData("t5", "dense_act_fn", "\"gelu\"", Refused)]
    [InlineData("t5", "is_gated_act", "true", Refused)]
    [InlineData("t5", "relative_attention_num_buckets", "16", Misfit)]
    [InlineData("t5", "relative_attention_max_distance", "17", Changes)]
    [InlineData("t5", "layer_norm_epsilon", "0.1", Changes)]
    [InlineData("t5", "scale_decoder_outputs", "false", Changes)]
    [InlineData("t5", "quantization_config", "{\"quant_method\":\"awq\"}", Refused)]
    public void AKeyThatChangesResultsIsHonouredOrRefused(string folder, string key, string value, string outcome) => Check(folder, key, value, outcome);

    [SharedTheory("golden/hf")]
    [InlineData("gemma", "hidden_activation", "\"silu\"", Refused)]
    [InlineData("gemma", "use_bidirectional_attention", "true", Refused)]
    [InlineData("gemma", "head_dim", "6", Misfit)]
    [InlineData("gemma", "partial_rotary_factor", "0.5", Refused)]
    [InlineData("gemma3-text", "query_pre_attn_scalar", "3", Changes)]
    [InlineData("gemma3-text", "rope_local_base_freq", "50", Changes)]
    [InlineData("gemma3-text", "rope_theta", "50", Changes)]
    [InlineData("gemma3-text", "rope_scaling", "{\"rope_type\":\"linear\",\"factor\":2}", Changes)]
    [InlineData("gemma3-text", "sliding_window", "2", Changes)]
    [InlineData("gemma3-text", "sliding_window_pattern", "2", Changes)]
    [InlineData("gemma3-text", "layer_types", "[\"full_attention\",\"full_attention\",\"full_attention\",\"full_attention\"]", Changes)]
    [InlineData("gemma3-text", "attn_logit_softcapping", "0.01", Changes)]
    [InlineData("gemma3-text", "final_logit_softcapping", "0.1", Changes)]
    [InlineData("gemma3-text", "use_bidirectional_attention", "true", Refused)]
    [InlineData("phi3", "partial_rotary_factor", "0.25", Changes)]
    [InlineData("phi3", "sliding_window", "2", Changes)]
    [InlineData("phi3", "hidden_act", "\"gelu\"", Refused)]
    [InlineData("phi3-longrope", "original_max_position_embeddings", "32", Changes)]
    [InlineData("phi3-longrope", "original_max_position_embeddings", "null", Refused)]
    [InlineData("phi3-longrope", "partial_rotary_factor", "1.5", Refused)]
    [InlineData("opt", "activation_function", "\"gelu\"", Changes)]
    [InlineData("opt", "_remove_final_layer_norm", "true", Misfit)]
    [InlineData("opt", "do_layer_norm_before", "false", Misfit)]
    [InlineData("gpt_neox", "hidden_act", "\"relu\"", Changes)]
    [InlineData("gpt_neox", "rotary_pct", "0.5", Changes)]
    [InlineData("gpt_neox", "rotary_emb_base", "50", Changes)]
    [InlineData("gpt_neox", "use_parallel_residual", "false", Changes)]
    [InlineData("gpt_neox", "attention_bias", "false", Misfit)]
    [InlineData("gpt_neox", "layer_norm_eps", "0.1", Changes)]
    [InlineData("olmo2", "attention_bias", "true", Misfit)]
    [InlineData("olmo2", "rope_theta", "50", Changes)]
    [InlineData("olmo2", "hidden_act", "\"gelu\"", Refused)]
    [InlineData("granite", "embedding_multiplier", "5", Changes)]
    [InlineData("granite", "attention_multiplier", "0.9", Changes)]
    [InlineData("granite", "residual_multiplier", "0.9", Changes)]
    [InlineData("granite", "logits_scaling", "3", Changes)]
    [InlineData("granite", "mlp_bias", "true", Misfit)]
    [InlineData("stablelm", "partial_rotary_factor", "0.5", Changes)]
    [InlineData("stablelm", "use_parallel_residual", "true", Misfit)]
    [InlineData("stablelm", "qk_layernorm", "true", Misfit)]
    [InlineData("stablelm", "layer_norm_eps", "0.1", Changes)]
    [InlineData("cohere", "logit_scale", "2", Changes)]
    [InlineData("cohere", "use_qk_norm", "true", Misfit)]
    [InlineData("cohere", "attention_bias", "true", Misfit)]
    [InlineData("cohere", "layer_norm_eps", "0.1", Changes)]
    [InlineData("cohere", "partial_rotary_factor", "0.5", Refused)]
    [InlineData("falcon-7b", "parallel_attn", "false", Misfit)]
    [InlineData("falcon-7b", "multi_query", "false", Misfit)]
    [InlineData("falcon-7b", "rope_theta", "50", Changes)]
    [InlineData("falcon-40b", "num_ln_in_parallel_attn", "1", Misfit)]
    [InlineData("falcon-40b", "num_kv_heads", "4", Misfit)]
    [InlineData("falcon-40b", "activation", "\"relu\"", Changes)]
    [InlineData("mixtral", "num_experts_per_tok", "1", Changes)]
    [InlineData("mixtral", "num_local_experts", "2", Misfit)]
    [InlineData("mixtral", "sliding_window", "2", Changes)]
    [InlineData("mixtral", "router_jitter_noise", "0.5", Same)]
    [InlineData("qwen3_moe", "norm_topk_prob", "false", Changes)]
    [InlineData("qwen3_moe", "num_experts_per_tok", "1", Changes)]
    [InlineData("qwen3_moe", "decoder_sparse_step", "5", Misfit)]
    [InlineData("qwen3_moe", "moe_intermediate_size", "3", Misfit)]
    [InlineData("modernbert", "local_attention", "2", Changes)]
    [InlineData("modernbert", "global_rope_theta", "50", Changes)]
    [InlineData("modernbert", "local_rope_theta", "50", Changes)]
    [InlineData("modernbert", "global_attn_every_n_layers", "1", Changes)]
    [InlineData("modernbert", "hidden_activation", "\"relu\"", Changes)]
    [InlineData("modernbert", "norm_eps", "0.1", Changes)]
    [InlineData("modernbert", "classifier_pooling", "\"max\"", Refused)]
    [InlineData("modernbert", "attention_bias", "true", Misfit)]
    [InlineData("modernbert", "mlp_bias", "true", Misfit)]
    [InlineData("modernbert", "norm_bias", "true", Misfit)]
    [InlineData("modernbert", "rope_scaling", "{\"rope_type\":\"linear\",\"factor\":2}", Refused)]
    [InlineData("deberta-v2-conv", "conv_kernel_size", "0", Misfit)]
    [InlineData("deberta-v2-conv", "conv_act", "\"relu\"", Changes)]
    [InlineData("deberta-v2-conv", "conv_groups", "2", Refused)]
    [InlineData("flan-t5", "feed_forward_proj", "\"gated-silu\"", Refused)]
    public void AKeyOfTheSharedFoldersIsHonouredOrRefused(string folder, string key, string value, string outcome) => Check(folder, key, value, outcome);

    [Fact]
    public void ARopeScalingBesideRopeParametersIsTheOneThatCounts()
    {
        const string linear = """{"rope_type":"linear","factor":4.0,"rope_theta":10000.0}""";
        const string plain = """{"rope_type":"default","rope_theta":10000.0}""";
        var folder = TinyModels.Folder("llama");
        var stretched = ConfigKeys.Run(folder, ("rope_scaling", linear));
        Assert.Equal(stretched, ConfigKeys.Run(folder, ("rope_scaling", linear), ("rope_parameters", plain)));
        Assert.NotEqual(stretched, ConfigKeys.Run(folder, ("rope_scaling", null), ("rope_parameters", plain)));
    }

    [Fact]
    public void TheOriginalLengthMayStandBesideTheSection()
    {
        const string yarn = """{"rope_type":"yarn","factor":4.0ORIGINAL}""";
        var folder = TinyModels.Folder("llama");
        var inside = ConfigKeys.Run(folder, ("rope_scaling", yarn.Replace("ORIGINAL", ",\"original_max_position_embeddings\":16", StringComparison.Ordinal)));
        var bare = yarn.Replace("ORIGINAL", "", StringComparison.Ordinal);
        Assert.Equal(inside, ConfigKeys.Run(folder, ("rope_scaling", bare), ("original_max_position_embeddings", "16")));
        Assert.NotEqual(inside, ConfigKeys.Run(folder, ("rope_scaling", bare)));
        var twice = yarn.Replace("ORIGINAL", ",\"original_max_position_embeddings\":8", StringComparison.Ordinal);
        Assert.Contains("original_max_position_embeddings", Assert.Throws<FathomException>(() => ConfigKeys.Run(folder, ("rope_scaling", twice), ("original_max_position_embeddings", "16"))).Message, StringComparison.Ordinal);
    }

    [SharedFact("golden/hf/gemma3-text")]
    public void Gemma3TakesOneOfTheTwoSectionsOnly()
    {
        const string both = """{"full_attention":{"rope_type":"default","rope_theta":1000000.0},"sliding_attention":{"rope_type":"default","rope_theta":10000.0}}""";
        var folder = TinyModels.Folder("gemma3-text");
        Assert.NotEmpty(ConfigKeys.Run(folder, ("rope_scaling", null), ("rope_parameters", both)));
        Assert.Contains("rope_scaling", Assert.Throws<FathomException>(() => ConfigKeys.Run(folder, ("rope_parameters", both))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMethodOfQuantisationIsNamed()
    {
        var refusal = Assert.Throws<FathomException>(() => ConfigKeys.Run(TinyModels.Folder("llama"), ("quantization_config", """{"quant_method":"gptq","bits":4}""")));
        Assert.Contains("gptq", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private static void Check(string folder, string key, string value, string outcome)
    {
        var path = Directory.Exists(SharedFolder.Golden(Path.Combine("encoders", folder))) ? SharedFolder.Golden(Path.Combine("encoders", folder)) : TinyModels.Folder(folder);
        float[] changed;
        try
        {
            changed = ConfigKeys.Run(path, (key, value));
        }
        catch (FathomException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
            if (outcome == Refused) Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
            else Assert.True(outcome == Misfit && refusal.Message.Contains("weights do not fit", StringComparison.Ordinal), string.Create(CultureInfo.InvariantCulture, $"{key}: {refusal.Message}"));
            return;
        }

        if (outcome == Same) Assert.Equal(ConfigKeys.Run(path), changed);
        else Assert.True(outcome == Changes && !changed.AsSpan().SequenceEqual(ConfigKeys.Run(path)), $"{folder}: {key} = {value} was expected to end otherwise: {outcome}");
    }
}
