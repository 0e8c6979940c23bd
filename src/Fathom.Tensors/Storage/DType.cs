namespace Fathom.Tensors;

/// <summary>How the elements of a tensor are stored in a file.</summary>
public enum DType
{
    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of an IEEE single.</summary>
    BF16,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,

    /// <summary>One byte, zero or one.</summary>
    Bool,

    /// <summary>GGUF block of 32: scale, 4-bit values.</summary>
    Q4_0,

    /// <summary>GGUF block of 32: scale, minimum, 4-bit values.</summary>
    Q4_1,

    /// <summary>GGUF block of 32: scale, 5-bit values.</summary>
    Q5_0,

    /// <summary>GGUF block of 32: scale, minimum, 5-bit values.</summary>
    Q5_1,

    /// <summary>GGUF block of 32: scale, 8-bit values.</summary>
    Q8_0,

    /// <summary>GGUF super-block of 256, 2-bit values.</summary>
    Q2_K,

    /// <summary>GGUF super-block of 256, 3-bit values.</summary>
    Q3_K,

    /// <summary>GGUF super-block of 256, 4-bit values.</summary>
    Q4_K,

    /// <summary>GGUF super-block of 256, 5-bit values.</summary>
    Q5_K,

    /// <summary>GGUF super-block of 256, 6-bit values.</summary>
    Q6_K,

    /// <summary>GGUF block of 32: scale, 4-bit indices of uneven values.</summary>
    IQ4_NL,

    /// <summary>GGUF super-block of 256, 4-bit indices of uneven values.</summary>
    IQ4_XS,

    /// <summary>GGUF super-block of 256, codebook of 2.06 bits.</summary>
    IQ2_XXS,

    /// <summary>GGUF super-block of 256, codebook of 2.31 bits.</summary>
    IQ2_XS,

    /// <summary>GGUF super-block of 256, codebook of 2.56 bits.</summary>
    IQ2_S,

    /// <summary>GGUF super-block of 256, codebook of 3.06 bits.</summary>
    IQ3_XXS,

    /// <summary>GGUF super-block of 256, codebook of 3.44 bits.</summary>
    IQ3_S,

    /// <summary>GGUF super-block of 256, codebook of 1.56 bits.</summary>
    IQ1_S,

    /// <summary>GGUF super-block of 256, codebook of 1.75 bits.</summary>
    IQ1_M,

    /// <summary>GGUF super-block of 256, ternary digits, five to a byte.</summary>
    TQ1_0,

    /// <summary>GGUF super-block of 256, ternary values of two bits.</summary>
    TQ2_0,

    /// <summary>GGUF block of 32: power of two, E2M1 numbers.</summary>
    MXFP4,

    /// <summary>GGUF block of 64: four E4M3 scales, E2M1 numbers.</summary>
    NVFP4,

    /// <summary>GGUF block of 128: scale, signs.</summary>
    Q1_0,

    /// <summary>GGUF block of 64: scale, 2-bit values.</summary>
    Q2_0,
}
