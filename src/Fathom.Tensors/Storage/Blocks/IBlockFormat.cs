namespace Fathom.Tensors.Blocks;

/// <summary>
/// One GGUF block type taken apart: every element is <c>scale * code + offset</c> (each operation rounded to fp32, no FMA),
/// where scale and offset belong to a group of <see cref="GroupSize"/> neighbours. Decoder and packer share this one description.
/// </summary>
internal interface IBlockFormat
{
    /// <summary>The type in the file.</summary>
    static abstract DType Type { get; }

    /// <summary>Elements that share a scale: 16 or 32.</summary>
    static abstract int GroupSize { get; }

    /// <summary>Whether groups have an offset; without one nothing is added.</summary>
    static abstract bool HasOffset { get; }

    /// <summary>Whether codes lie within 0..15 after adding <see cref="CodeBias"/>, so that four bits hold them.</summary>
    static abstract bool FitsNibble { get; }

    /// <summary>What is added to a code to make it non-negative in four bits; 0 for byte codes.</summary>
    static abstract int CodeBias { get; }

    /// <summary>Whether scales and offsets are half-precision numbers, so that 16 bits hold them without loss.</summary>
    static abstract bool HalfScales { get; }

    /// <summary>Takes one block apart: a code per element, a scale (and an offset) per group.</summary>
    static abstract void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets);
}
