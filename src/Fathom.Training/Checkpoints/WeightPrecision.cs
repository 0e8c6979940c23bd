namespace Fathom.Training;

/// <summary>How weights are stored in files.</summary>
public enum WeightPrecision
{
    /// <summary>32 bits, exactly as trained.</summary>
    Fp32,

    /// <summary>16 bits with fp32's range, rounded to nearest, ties to even.</summary>
    Bf16,
}
