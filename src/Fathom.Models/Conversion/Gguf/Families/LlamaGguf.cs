namespace Fathom.Models.Conversion;

/// <summary>Llama and Mistral, which llama.cpp calls llama too.</summary>
internal sealed class LlamaGguf() : GgufFamily(
    new GgufRules("llama") { Woven = true, AttentionBias = true, QueryKeyValueBias = true, FeedForwardBias = true, OwnHeadWidth = true, Divisors = true },
    "llama",
    "mistral");
