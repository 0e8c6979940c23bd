using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>GPT-2 and Cerebras-GPT.</summary>
internal sealed class Gpt2Gguf() : GgufFamily(new GgufRules("gpt2") { AttentionBias = true, FeedForwardBias = true, BiasesRequired = true, Activation = Activation.GeluTanh }, "gpt2");
