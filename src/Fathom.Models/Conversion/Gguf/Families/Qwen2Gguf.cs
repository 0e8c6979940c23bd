namespace Fathom.Models.Conversion;

/// <summary>Qwen 2 and 2.5.</summary>
internal sealed class Qwen2Gguf() : GgufFamily(new GgufRules("qwen2") { QueryKeyValueBias = true }, "qwen2");
