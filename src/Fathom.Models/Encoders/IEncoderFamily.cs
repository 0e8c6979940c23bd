using Fathom.Models.Architectures;

namespace Fathom.Models.Encoders;

/// <summary>A family of encoders: how its configuration reads and which tensors its blocks are made of.</summary>
internal interface IEncoderFamily
{
    /// <summary>Values of <c>model_type</c> in config.json that mean this family.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Reads config.json; refuses by name whatever would change results and is not supported.</summary>
    EncoderPlan Read(HuggingFaceConfig config);
}
