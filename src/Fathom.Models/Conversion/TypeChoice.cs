using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>How each tensor is stored.</summary>
internal static class TypeChoice
{
    /// <summary>In safetensors: whole numbers as they are, blocks widened, the rest as asked for.</summary>
    public static DType ForSafetensors(StoredTensor tensor, DType? asked)
    {
        if (!IsWeight(tensor)) return tensor.Type;
        return asked ?? (DTypeInfo.Of(tensor.Type).IsQuantised ? DType.F32 : tensor.Type);
    }

    /// <summary>In GGUF: vectors in F32, as llama.cpp wants its norms and biases; matrices as asked for where their rows allow.</summary>
    public static DType ForGguf(StoredTensor tensor, DType? asked, List<string> notes)
    {
        if (!IsWeight(tensor)) return tensor.Type;
        if (tensor.Shape.Length < 2) return DType.F32;
        var type = asked ?? (tensor.Type == DType.F64 ? DType.F32 : tensor.Type);
        var block = DTypeInfo.Of(type).BlockSize;
        if (tensor.Shape[^1] % block == 0) return type;
        notes.Add($"tensor '{tensor.Name}' is stored as f16: its rows of {tensor.Shape[^1]} are no multiple of {block}");
        return DType.F16;
    }

    private static bool IsWeight(StoredTensor tensor) => tensor.Type == DType.F64 || BlockDecoder.CanDecode(tensor.Type);
}
