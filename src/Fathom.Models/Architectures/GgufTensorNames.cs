using System.Globalization;

namespace Fathom.Models.Architectures;

/// <summary>The names llama.cpp gives to tensors, for the names Hugging Face gives them.</summary>
internal static class GgufTensorNames
{
    /// <summary>Divisors of the rotary frequencies, one for each pair.</summary>
    public const string RopeDivisors = "rope_freqs.weight";

    private const string LayerPrefix = "model.layers.";

    private static readonly Dictionary<string, string> Outside = new(StringComparer.Ordinal)
    {
        ["model.embed_tokens"] = "token_embd",
        ["model.norm"] = "output_norm",
        ["lm_head"] = "output",
    };

    private static readonly Dictionary<string, string> Inside = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>The GGUF name of <c>model.layers.3.mlp.up_proj.weight</c> and its like.</summary>
    public static string Of(string name)
    {
        var dot = name.LastIndexOf('.');
        var (module, kind) = (name[..dot], name[dot..]);
        if (Outside.TryGetValue(module, out var outside)) return outside + kind;
        var rest = module[LayerPrefix.Length..];
        var end = rest.IndexOf('.', StringComparison.Ordinal);
        var layer = int.Parse(rest[..end], CultureInfo.InvariantCulture);
        return $"blk.{layer}.{Inside[rest[(end + 1)..]]}{kind}";
    }
}
