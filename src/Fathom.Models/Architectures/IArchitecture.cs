namespace Fathom.Models.Architectures;

/// <summary>
/// A family of decoders: how its configuration reads, what its tensors are called. Adding a family is one implementation and its line in
/// <see cref="ArchitectureRegistry"/>.
/// </summary>
internal interface IArchitecture
{
    /// <summary>Values of <c>model_type</c> in config.json that mean this family.</summary>
    IReadOnlyList<string> HuggingFaceTypes { get; }

    /// <summary>Values of <c>general.architecture</c> in GGUF files that mean this family.</summary>
    IReadOnlyList<string> GgufTypes { get; }

    /// <summary>Reads config.json; refuses by name whatever would change results and is not supported.</summary>
    DecoderConfig Read(HuggingFaceConfig config);

    /// <summary>Reads GGUF metadata; refuses by name whatever would change results and is not supported.</summary>
    DecoderConfig Read(GgufConfig config);
}
