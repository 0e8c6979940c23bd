namespace Fathom.Tensors;

/// <summary>
/// How a <see cref="DType"/> lies in memory: elements come in blocks of <see cref="BlockSize"/> that take
/// <see cref="BytesPerBlock"/> bytes each. Plain types have blocks of one element. Block formats: ggml's definitions.
/// </summary>
public sealed class DTypeInfo
{
    private static readonly DTypeInfo[] All =
    [
        new(DType.F32, "f32", 1, 4),
        new(DType.F16, "f16", 1, 2),
        new(DType.BF16, "bf16", 1, 2),
        new(DType.F64, "f64", 1, 8),
        new(DType.I8, "i8", 1, 1),
        new(DType.U8, "u8", 1, 1),
        new(DType.I16, "i16", 1, 2),
        new(DType.U16, "u16", 1, 2),
        new(DType.I32, "i32", 1, 4),
        new(DType.U32, "u32", 1, 4),
        new(DType.I64, "i64", 1, 8),
        new(DType.U64, "u64", 1, 8),
        new(DType.Bool, "bool", 1, 1),
        new(DType.Q4_0, "q4_0", 32, 18),
        new(DType.Q4_1, "q4_1", 32, 20),
        new(DType.Q5_0, "q5_0", 32, 22),
        new(DType.Q5_1, "q5_1", 32, 24),
        new(DType.Q8_0, "q8_0", 32, 34),
        new(DType.Q2_K, "q2_k", 256, 84),
        new(DType.Q3_K, "q3_k", 256, 110),
        new(DType.Q4_K, "q4_k", 256, 144),
        new(DType.Q5_K, "q5_k", 256, 176),
        new(DType.Q6_K, "q6_k", 256, 210),
        new(DType.IQ4_NL, "iq4_nl", 32, 18),
        new(DType.IQ4_XS, "iq4_xs", 256, 136),
        new(DType.IQ2_XXS, "iq2_xxs", 256, 66),
        new(DType.IQ2_XS, "iq2_xs", 256, 74),
        new(DType.IQ2_S, "iq2_s", 256, 82),
        new(DType.IQ3_XXS, "iq3_xxs", 256, 98),
        new(DType.IQ3_S, "iq3_s", 256, 110),
        new(DType.IQ1_S, "iq1_s", 256, 50),
        new(DType.IQ1_M, "iq1_m", 256, 56),
        new(DType.TQ1_0, "tq1_0", 256, 54),
        new(DType.TQ2_0, "tq2_0", 256, 66),
        new(DType.MXFP4, "mxfp4", 32, 17),
        new(DType.NVFP4, "nvfp4", 64, 36),
        new(DType.Q1_0, "q1_0", 128, 18),
        new(DType.Q2_0, "q2_0", 64, 18),
    ];

    private static readonly DTypeInfo[] ByType = Index();

    private DTypeInfo(DType type, string name, int blockSize, int bytesPerBlock)
    {
        Type = type;
        Name = name;
        BlockSize = blockSize;
        BytesPerBlock = bytesPerBlock;
    }

    /// <summary>The type described.</summary>
    public DType Type { get; }

    /// <summary>Name in messages and reports, lower case: <c>bf16</c>, <c>q4_k</c>.</summary>
    public string Name { get; }

    /// <summary>Elements in a block: 1, or a power of two from 32 to 256.</summary>
    public int BlockSize { get; }

    /// <summary>Bytes of a block.</summary>
    public int BytesPerBlock { get; }

    /// <summary>Whether elements share scales in blocks (GGUF's block types).</summary>
    public bool IsQuantised => BlockSize > 1;

    /// <summary>Describes <paramref name="type"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of <see cref="DType"/>.</exception>
    public static DTypeInfo Of(DType type) =>
        (uint)type < (uint)ByType.Length ? ByType[(int)type] : throw new ArgumentOutOfRangeException(nameof(type), type, "Not a data type.");

    /// <summary>Bytes that <paramref name="elements"/> elements take.</summary>
    /// <exception cref="ArgumentException"><paramref name="elements"/> is negative or not a whole number of blocks.</exception>
    /// <exception cref="OverflowException">The length does not fit 64 bits.</exception>
    public long ByteLength(long elements)
    {
        if (elements < 0 || elements % BlockSize != 0)
        {
            throw new ArgumentException($"{elements} elements are not a whole number of {Name} blocks of {BlockSize}.", nameof(elements));
        }

        return checked(elements / BlockSize * BytesPerBlock);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static DTypeInfo[] Index()
    {
        var table = new DTypeInfo[All.Length];
        foreach (var info in All)
        {
            table[(int)info.Type] = info;
        }

        return table;
    }
}
