using System.Globalization;

namespace Fathom.Models.Architectures;

/// <summary>The names llama.cpp gives to tensors, for the names Hugging Face gives them.</summary>
internal static class GgufTensorNames
{
    /// <summary>Divisors of the rotary frequencies, one for each pair.</summary>
    public const string RopeDivisors = "rope_freqs.weight";

    /// <summary>The same where long sequences have others than short ones.</summary>
    public const string LongDivisors = "rope_factors_long.weight", ShortDivisors = "rope_factors_short.weight";

    /// <summary>The GGUF name of <c>model.layers.3.mlp.up_proj.weight</c> and its like, of Llama and the families with its names.</summary>
    public static string Of(string name) => Of(TensorNames.Llama, name);

    /// <summary>The GGUF name of a family's tensor; of an expert's, the tensor that holds it among the others.</summary>
    public static string Of(TensorNames names, string name)
    {
        var dot = name.LastIndexOf('.');
        var (module, kind) = (name[..dot], name[dot..]);
        if (!module.StartsWith(names.Layer, StringComparison.Ordinal)) return Outside(names, module) + kind;
        var rest = module[names.Layer.Length..];
        var end = rest.IndexOf('.', StringComparison.Ordinal);
        var layer = int.Parse(rest[..end], CultureInfo.InvariantCulture);
        return $"blk.{layer}.{Inside(names, rest[(end + 1)..])}{kind}";
    }

    /// <summary>
    /// Which part of a GGUF tensor a tensor is: the expert, where GGUF keeps all experts of a layer in one tensor
    /// <c>[experts, outputs, inputs]</c>, or the head, where every head has a norm of its own and GGUF keeps them in <c>[heads, numbers]</c>.
    /// Null where it is the whole.
    /// </summary>
    public static int? PartOf(TensorNames names, string name)
    {
        if (!name.StartsWith(names.Layer, StringComparison.Ordinal)) return null;
        foreach (var prefix in new[] { names.Expert, names.QueryNorm + ".", names.KeyNorm + "." })
        {
            var at = name.IndexOf('.' + prefix, StringComparison.Ordinal);
            if (at < 0) continue;
            var rest = name[(at + 1 + prefix.Length)..];
            var end = rest.IndexOf('.', StringComparison.Ordinal);
            if (end > 0 && int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var part)) return part;
        }

        return null;
    }

    private static bool IsNumbered(string module, string prefix) => module.Length > prefix.Length + 1 && module.StartsWith(prefix, StringComparison.Ordinal) && module[prefix.Length] == '.';

    private static string Outside(TensorNames names, string module) =>
        module == names.Embedding ? "token_embd"
        : module == names.Positions ? "position_embd"
        : module == names.FinalNorm ? "output_norm"
        : module == names.Head ? "output"
        : throw new FathomException($"tensor '{module}' has no name in GGUF files");

    private static string Inside(TensorNames names, string module)
    {
        if (module == names.AttentionNorm) return names.GgufAttentionNorm;
        if (module == names.AttentionOutputNorm) return "post_attention_norm";
        if (module == names.FeedForwardNorm) return names.GgufFeedForwardNorm;
        if (module == names.FeedForwardOutputNorm) return "post_ffw_norm";
        if (module == names.Query) return "attn_q";
        if (module == names.Key) return "attn_k";
        if (module == names.Value) return "attn_v";
        if (module == names.QueryKeyValue) return "attn_qkv";
        if (module == names.Output) return "attn_output";
        if (module == names.QueryNorm || IsNumbered(module, names.QueryNorm)) return "attn_q_norm";
        if (module == names.KeyNorm || IsNumbered(module, names.KeyNorm)) return "attn_k_norm";
        if (module == names.Gate) return "ffn_gate";
        if (module == names.Up || module == names.GateUp) return "ffn_up";
        if (module == names.Down) return "ffn_down";
        if (module == names.Router) return "ffn_gate_inp";
        if (!module.StartsWith(names.Expert, StringComparison.Ordinal)) throw new FathomException($"tensor '{module}' of a block has no name in GGUF files");
        var part = module[(module.LastIndexOf('.') + 1)..];
        return part == names.ExpertGate ? "ffn_gate_exps" : part == names.ExpertUp ? "ffn_up_exps" : "ffn_down_exps";
    }
}
