namespace Fathom.Models.Encoders;

/// <summary>What to keep of an encoder's pass over a sequence.</summary>
[Flags]
public enum EncoderParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The states of all positions after the last layer.</summary>
    LastStates = 1,

    /// <summary>The states of all positions and layers.</summary>
    AllStates = 2,

    /// <summary>The pooler's output, where the model has a pooler.</summary>
    Pooler = 4,

    /// <summary>The classification head's logits, where the model has one.</summary>
    Logits = 8,

    /// <summary>Every token's logits, where the model has a head over tokens.</summary>
    TokenLogits = 16,
}
