using System.Collections.Immutable;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>How each tensor is stored.</summary>
internal sealed class TypeChoice(DType? asked)
{
    private const int MostNames = 4;

    // llama.cpp reads these in single precision only, whatever the others are.
    private static readonly string[] AlwaysSingle = ["_norm.weight", "ffn_gate_inp.weight", "position_embd.weight"];
    private readonly List<(string Name, long Width)> _odd = [];
    private int _block;

    /// <summary>In safetensors: whole numbers as they are, blocks widened, the rest as asked for.</summary>
    public static DType ForSafetensors(StoredTensor tensor, DType? asked)
    {
        if (!IsWeight(tensor.Type)) return tensor.Type;
        return asked ?? (DTypeInfo.Of(tensor.Type).IsQuantised ? DType.F32 : tensor.Type);
    }

    /// <summary>In GGUF: vectors, norms, routers and positions in F32, as llama.cpp wants them; matrices as asked for where their rows allow.</summary>
    public DType ForGguf(string name, ImmutableArray<long> shape, DType source)
    {
        if (!IsWeight(source)) return source;
        if (shape.Length < 2 || AlwaysSingle.Any(end => name.EndsWith(end, StringComparison.Ordinal))) return DType.F32;
        var type = asked ?? (source == DType.F64 ? DType.F32 : source);
        var block = DTypeInfo.Of(type).BlockSize;
        if (shape[^1] % block == 0) return type;
        _odd.Add((name, shape[^1]));
        _block = block;
        return DType.F16;
    }

    /// <summary>What could not be stored as asked for.</summary>
    public IEnumerable<string> Notes()
    {
        if (_odd.Count == 0) yield break;
        var names = string.Join(", ", _odd.Take(MostNames).Select(odd => $"'{odd.Name}'")) + (_odd.Count > MostNames ? ", …" : "");
        yield return $"{(_odd.Count == 1 ? $"tensor {names} is" : $"{_odd.Count} tensors ({names}) are")} stored as f16: rows of {string.Join(", ", _odd.Select(odd => odd.Width).Distinct().Order())} numbers are no multiple of {_block}";
    }

    private static bool IsWeight(DType type) => type == DType.F64 || BlockDecoder.CanDecode(type);
}
