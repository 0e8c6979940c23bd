namespace Fathom.Models.Conversion;

/// <summary>Qwen 3.</summary>
internal sealed class Qwen3Gguf() : GgufFamily(new GgufRules("qwen3") { OwnHeadWidth = true }, "qwen3");
