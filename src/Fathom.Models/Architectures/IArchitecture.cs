using System.Text.Json.Nodes;

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

    /// <summary>Writes config.json's keys, so that reading them gives the same model; those that no family has of its own are added by <see cref="HuggingFaceConfigWriter"/>.</summary>
    /// <exception cref="FathomException">The configuration says something that the family's config.json has no words for.</exception>
    void Write(DecoderConfig config, JsonObject root) => throw new FathomException($"the config.json of a {config.Family} model cannot be written: use the model's own");
}
