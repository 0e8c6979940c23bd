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
}
