using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>A name that a pickle asks for. Those that tensors are made of are listed here; everything else is refused by name.</summary>
internal sealed record PickleGlobal(string Name, PickleGlobalKind Kind, DType? Type = null)
{
    private static readonly Dictionary<string, PickleGlobal> Known = All().ToDictionary(known => known.Name, StringComparer.Ordinal);

    /// <summary>The global of this module and name, or null for one that is not among those of tensors.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault(module + "." + name);

    private static IEnumerable<PickleGlobal> All()
    {
        yield return new("torch._utils._rebuild_tensor", PickleGlobalKind.RebuildTensor);
        yield return new("torch._utils._rebuild_tensor_v2", PickleGlobalKind.RebuildTensorV2);
        yield return new("torch._utils._rebuild_tensor_v3", PickleGlobalKind.RebuildTensorV3);
        yield return new("torch._utils._rebuild_parameter", PickleGlobalKind.RebuildParameter);
        yield return new("collections.OrderedDict", PickleGlobalKind.OrderedDict);
        yield return new("torch.Size", PickleGlobalKind.Size);
        yield return new("torch.device", PickleGlobalKind.Device);
        (string Storage, string Element, DType Type)[] types =
        [
            ("FloatStorage", "float32", DType.F32), ("HalfStorage", "float16", DType.F16), ("BFloat16Storage", "bfloat16", DType.BF16), ("DoubleStorage", "float64", DType.F64),
            ("LongStorage", "int64", DType.I64), ("IntStorage", "int32", DType.I32), ("ShortStorage", "int16", DType.I16), ("CharStorage", "int8", DType.I8), ("ByteStorage", "uint8", DType.U8), ("BoolStorage", "bool", DType.Bool),
        ];
        foreach (var (storage, element, type) in types)
        {
            yield return new("torch." + storage, PickleGlobalKind.Storage, type);
            yield return new("torch." + element, PickleGlobalKind.ElementType, type);
        }

        yield return new("torch.uint16", PickleGlobalKind.ElementType, DType.U16);
        yield return new("torch.uint32", PickleGlobalKind.ElementType, DType.U32);
        yield return new("torch.uint64", PickleGlobalKind.ElementType, DType.U64);

        // Bytes without an element type: the tensor says it.
        yield return new("torch.storage.UntypedStorage", PickleGlobalKind.Storage, DType.U8);
        yield return new("torch.UntypedStorage", PickleGlobalKind.Storage, DType.U8);
    }
}
