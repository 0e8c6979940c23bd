using Fathom.Tensors.Autograd;

namespace Fathom.Models.Conversion;

/// <summary>Gemma.</summary>
internal sealed class GemmaGguf() : GgufFamily(new GgufRules("gemma") { OwnHeadWidth = true, Head = GgufHead.Tied, Activation = Activation.GeluTanh }, "gemma");
