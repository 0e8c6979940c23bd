using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// The element types a GGUF file can name. Ids, block lengths and block bytes are facts of the format (the <c>ggml_type</c> list and
/// its block structures); types without a <see cref="Type"/> exist but are not read yet.
/// </summary>
/// <param name="Id">Number in the file.</param>
/// <param name="Name">The field's name for it.</param>
/// <param name="Type">How Fathom reads it, or null.</param>
/// <param name="BlockElements">Elements of one block; 0 for a type whose layout is not known here.</param>
/// <param name="BlockBytes">Bytes of one block.</param>
internal sealed record GgmlType(uint Id, string Name, DType? Type, int BlockElements, int BlockBytes)
{
    private static readonly GgmlType[] All =
    [
        Readable(0, "F32", DType.F32), Readable(1, "F16", DType.F16), Readable(30, "BF16", DType.BF16), Readable(28, "F64", DType.F64),
        Readable(24, "I8", DType.I8), Readable(25, "I16", DType.I16), Readable(26, "I32", DType.I32), Readable(27, "I64", DType.I64),
        Readable(2, "Q4_0", DType.Q4_0), Readable(3, "Q4_1", DType.Q4_1), Readable(6, "Q5_0", DType.Q5_0), Readable(7, "Q5_1", DType.Q5_1),
        Readable(8, "Q8_0", DType.Q8_0), Readable(10, "Q2_K", DType.Q2_K), Readable(11, "Q3_K", DType.Q3_K), Readable(12, "Q4_K", DType.Q4_K),
        Readable(13, "Q5_K", DType.Q5_K), Readable(14, "Q6_K", DType.Q6_K),
        Readable(16, "IQ2_XXS", DType.IQ2_XXS), Readable(17, "IQ2_XS", DType.IQ2_XS), Readable(18, "IQ3_XXS", DType.IQ3_XXS), Readable(19, "IQ1_S", DType.IQ1_S),
        Readable(20, "IQ4_NL", DType.IQ4_NL), Readable(21, "IQ3_S", DType.IQ3_S), Readable(22, "IQ2_S", DType.IQ2_S), Readable(23, "IQ4_XS", DType.IQ4_XS),
        Readable(29, "IQ1_M", DType.IQ1_M), Readable(34, "TQ1_0", DType.TQ1_0), Readable(35, "TQ2_0", DType.TQ2_0), Readable(39, "MXFP4", DType.MXFP4),
        Readable(40, "NVFP4", DType.NVFP4), Readable(41, "Q1_0", DType.Q1_0), Readable(42, "Q2_0", DType.Q2_0),
        new(9, "Q8_1", null, 32, 36), new(15, "Q8_K", null, 256, 292),
        new(4, "Q4_2", null, 0, 0), new(5, "Q4_3", null, 0, 0), new(31, "Q4_0_4_4", null, 0, 0), new(32, "Q4_0_4_8", null, 0, 0), new(33, "Q4_0_8_8", null, 0, 0),
        new(36, "IQ4_NL_4_4", null, 0, 0), new(37, "IQ4_NL_4_8", null, 0, 0), new(38, "IQ4_NL_8_8", null, 0, 0),
    ];

    private static readonly Dictionary<uint, GgmlType> ById = All.ToDictionary(type => type.Id);

    /// <summary>Names of the types whose tensors can be read.</summary>
    public static IEnumerable<string> ReadableNames => All.Where(type => type.Type is not null).Select(type => type.Name);

    public static IReadOnlyList<GgmlType> Types => All;

    public static GgmlType? Find(uint id) => ById.GetValueOrDefault(id);

    /// <summary>The number of an element type in a file, or null for one that GGUF does not have.</summary>
    public static uint? IdOf(DType type) => Array.Find(All, known => known.Type == type)?.Id;

    private static GgmlType Readable(uint id, string name, DType type) => new(id, name, type, DTypeInfo.Of(type).BlockSize, DTypeInfo.Of(type).BytesPerBlock);
}
