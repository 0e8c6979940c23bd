using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>The element types of the safetensors format, by the names its headers use.</summary>
internal static class SafetensorsType
{
    private static readonly (string Name, DType Type)[] Readable =
    [
        ("F32", DType.F32), ("F16", DType.F16), ("BF16", DType.BF16), ("F64", DType.F64),
        ("I8", DType.I8), ("U8", DType.U8), ("I16", DType.I16), ("U16", DType.U16),
        ("I32", DType.I32), ("U32", DType.U32), ("I64", DType.I64), ("U64", DType.U64), ("BOOL", DType.Bool),
    ];

    // The format has these too; no kernel reads them yet.
    private static readonly string[] KnownOnly = ["F4", "F6_E2M3", "F6_E3M2", "F8_E5M2", "F8_E4M3", "F8_E5M2FNUZ", "F8_E4M3FNUZ", "F8_E8M0", "C64"];

    public static bool TryParse(string name, out DType type)
    {
        foreach (var entry in Readable)
        {
            if (string.Equals(entry.Name, name, StringComparison.Ordinal))
            {
                type = entry.Type;
                return true;
            }
        }

        type = default;
        return false;
    }

    public static string WhyNot(string name) => Array.IndexOf(KnownOnly, name) >= 0
        ? $"dtype {name} is not read yet; convert the file to BF16 or F32"
        : $"dtype {FileErrors.Quote(name)} is not one of the format ({string.Join(", ", Readable.Select(entry => entry.Name))})";

    public static string NameOf(DType type) => Entry(type).Name;

    public static int BytesOf(DType type) => DTypeInfo.Of(Entry(type).Type).BytesPerBlock;

    private static (string Name, DType Type) Entry(DType type)
    {
        foreach (var entry in Readable)
        {
            if (entry.Type == type) return entry;
        }

        throw new FathomException($"safetensors has no dtype for {type}: block-quantised tensors are stored in GGUF");
    }
}
