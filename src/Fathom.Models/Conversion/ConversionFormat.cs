namespace Fathom.Models.Conversion;

/// <summary>What a model is written as.</summary>
public enum ConversionFormat
{
    /// <summary>A folder in Hugging Face layout with <c>model.safetensors</c>.</summary>
    Safetensors,

    /// <summary>One GGUF file, as llama.cpp reads it.</summary>
    Gguf,
}
