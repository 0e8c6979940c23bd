namespace Fathom.Models.Conversion;

/// <summary>OLMo 2.</summary>
internal sealed class Olmo2Gguf() : GgufFamily(new GgufRules("olmo2") { Head = GgufHead.Own }, "olmo2");
