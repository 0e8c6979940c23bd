namespace Fathom.Models.Architectures;

/// <summary>
/// What a family calls its tensors on the hub: modules, without <c>.weight</c> and <c>.bias</c>; those of a block without the block's
/// prefix. A norm without a name is not there. The names that are not set are Llama's.
/// </summary>
internal sealed record TensorNames
{
    /// <summary>Llama's, and those of the many families that took them over.</summary>
    public static readonly TensorNames Llama = new();

    /// <summary>The embedding table.</summary>
    public string Embedding { get; init; } = "model.embed_tokens";

    /// <summary>The table of learnt positions.</summary>
    public string Positions { get; init; } = "";

    /// <summary>From the embedding's width to the model's, where they differ.</summary>
    public string ProjectIn { get; init; } = "";

    /// <summary>Back to the embedding's width before the head.</summary>
    public string ProjectOut { get; init; } = "";

    /// <summary>Prefix of the blocks; a number and a dot follow.</summary>
    public string Layer { get; init; } = "model.layers.";

    /// <summary>The norm behind the last block.</summary>
    public string? FinalNorm { get; init; } = "model.norm";

    /// <summary>The head that predicts tokens.</summary>
    public string Head { get; init; } = "lm_head";

    /// <summary>Norm of what attention reads; behind the sum where <see cref="DecoderConfig.NormsBehindSums"/>.</summary>
    public string? AttentionNorm { get; init; } = "input_layernorm";

    /// <summary>Norm of what attention adds to the residual stream.</summary>
    public string? AttentionOutputNorm { get; init; }

    /// <summary>Norm of what the feed-forward reads; without one a parallel block's feed-forward reads what attention reads.</summary>
    public string? FeedForwardNorm { get; init; } = "post_attention_layernorm";

    /// <summary>Norm of what the feed-forward adds to the residual stream.</summary>
    public string? FeedForwardOutputNorm { get; init; }

    /// <summary>The projections of attention.</summary>
    public string Query { get; init; } = "self_attn.q_proj";

    /// <inheritdoc cref="Query"/>
    public string Key { get; init; } = "self_attn.k_proj";

    /// <inheritdoc cref="Query"/>
    public string Value { get; init; } = "self_attn.v_proj";

    /// <summary>All three in one.</summary>
    public string QueryKeyValue { get; init; } = "";

    /// <summary>From the heads back to the width.</summary>
    public string Output { get; init; } = "self_attn.o_proj";

    /// <summary>Norm of queries, where there is one; a number is added where every head has its own.</summary>
    public string QueryNorm { get; init; } = "self_attn.q_norm";

    /// <summary>Norm of keys.</summary>
    public string KeyNorm { get; init; } = "self_attn.k_norm";

    /// <summary>To what passes through the activation; only in gated feed-forwards.</summary>
    public string Gate { get; init; } = "mlp.gate_proj";

    /// <summary>To what it is multiplied with, or, without a gate, what passes through the activation itself.</summary>
    public string Up { get; init; } = "mlp.up_proj";

    /// <summary>Gate and up in one tensor, the gate's rows first; empty where they are apart.</summary>
    public string GateUp { get; init; } = "";

    /// <summary>Back to the width.</summary>
    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>The router of a mixture.</summary>
    public string Router { get; init; } = "mlp.gate";

    /// <summary>Prefix of the experts; a number and a dot follow.</summary>
    public string Expert { get; init; } = "mlp.experts.";

    /// <summary>An expert's gate, up and down.</summary>
    public string ExpertGate { get; init; } = "gate_proj";

    /// <inheritdoc cref="ExpertGate"/>
    public string ExpertUp { get; init; } = "up_proj";

    /// <inheritdoc cref="ExpertGate"/>
    public string ExpertDown { get; init; } = "down_proj";

    /// <summary>llama.cpp's name of <see cref="AttentionNorm"/>.</summary>
    public string GgufAttentionNorm { get; init; } = "attn_norm";

    /// <summary>llama.cpp's name of <see cref="FeedForwardNorm"/>.</summary>
    public string GgufFeedForwardNorm { get; init; } = "ffn_norm";

    /// <summary>What some files leave out of the beginning of every name, and what they put there instead.</summary>
    public (string Usual, string Instead) OtherPrefix { get; init; }

    /// <summary>Ends of the names of buffers that files carry along: no weights.</summary>
    public IReadOnlyList<string> Buffers { get; init; } = [".rotary_emb.inv_freq"];

    /// <summary>Whether a tensor of a file is no weight.</summary>
    public bool IsBuffer(string name) => name is GgufTensorNames.RopeDivisors or GgufTensorNames.LongDivisors or GgufTensorNames.ShortDivisors || Buffers.Any(end => name.EndsWith(end, StringComparison.Ordinal));
}
