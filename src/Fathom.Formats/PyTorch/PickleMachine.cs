using System.Collections.Immutable;
using System.Numerics;

namespace Fathom.Formats;

/// <summary>
/// Reads one pickle of a PyTorch file. It knows the opcodes and the few names that tensors are made of and builds tensors, dictionaries,
/// lists and plain values from them; anything else ends the reading. Nothing is ever called or imported: there is no way from a
/// pickle to code. Time and memory are bounded by its length: every opcode makes at most one object, and nothing is expanded.
/// </summary>
internal sealed class PickleMachine
{
    private const int MostProtocol = 5;
    private const int LongestInteger = 32;
    private readonly PickleCursor _cursor;
    private readonly FileBytes _file;
    private readonly string _part;
    private readonly Func<object?[], PickleStorage> _storage;
    private readonly ICollection<string>? _forbidden;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    /// <summary>Prepares to read the bytes from <paramref name="start"/> to <paramref name="end"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="part">What the pickle is called in messages.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">Where it must have ended.</param>
    /// <param name="storage">Makes the storage that a persistent id names.</param>
    /// <param name="forbidden">Where to list names that are not known, instead of refusing the first; for the verdict on a file only.</param>
    public PickleMachine(FileBytes file, string part, long start, long end, Func<object?[], PickleStorage> storage, ICollection<string>? forbidden = null)
    {
        _cursor = new PickleCursor(file, start, end, part);
        _file = file;
        _part = part;
        _storage = storage;
        _forbidden = forbidden;
    }

    /// <summary>Where the pickle ended.</summary>
    public long Position => _cursor.Position;

    public FathomException Wrong(string what) => _cursor.Wrong(what);

    /// <summary>Reads up to STOP and gives the value.</summary>
    public object? Run()
    {
        while (true)
        {
            var code = _cursor.Byte();
            if ((PickleOpcode)code == PickleOpcode.Stop) return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw Wrong($"ends with {_stack.Count} values, one was expected");
            Step((PickleOpcode)code);
        }
    }

    private void Step(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.Proto:
                if (_cursor.Byte() is var version and > MostProtocol) throw Wrong($"is of pickle protocol {version}, known are 2 to {MostProtocol}");
                break;
            case PickleOpcode.Frame: _ = _cursor.Length8(); break;
            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)_cursor.Int32()); break;
            case PickleOpcode.BinInt1: Push((long)_cursor.Byte()); break;
            case PickleOpcode.BinInt2: Push((long)_cursor.UInt16()); break;
            case PickleOpcode.Long1: PushInteger(); break;
            case PickleOpcode.BinFloat: Push(_cursor.Double()); break;
            case PickleOpcode.BinUnicode: Push(_cursor.Text(_cursor.UInt32())); break;
            case PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinString: Push(_cursor.Text(_cursor.Byte())); break;
            case PickleOpcode.BinString: Push(_cursor.Text(_cursor.Int32())); break;
            case PickleOpcode.BinUnicode8: Push(_cursor.Text(_cursor.Length8())); break;
            case PickleOpcode.EmptyDict: Push(new PickleDictionary()); break;
            case PickleOpcode.EmptyList: Push(new List<object?>()); break;
            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOpcode.Tuple: Push(PopToMark()); break;
            case PickleOpcode.Tuple1: Push(Pop(1)); break;
            case PickleOpcode.Tuple2: Push(Pop(2)); break;
            case PickleOpcode.Tuple3: Push(Pop(3)); break;
            case PickleOpcode.Append: Append(Pop(1)); break;
            case PickleOpcode.Appends: Append(PopToMark()); break;
            case PickleOpcode.SetItem: SetItems(Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case PickleOpcode.BinPut: _memo[_cursor.Byte()] = Top(); break;
            case PickleOpcode.LongBinPut: _memo[_cursor.UInt32()] = Top(); break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = Top(); break;
            case PickleOpcode.BinGet: Push(Remembered(_cursor.Byte())); break;
            case PickleOpcode.LongBinGet: Push(Remembered(_cursor.UInt32())); break;
            case PickleOpcode.Global: Push(Global(_cursor.Line(), _cursor.Line())); break;
            case PickleOpcode.Inst: Instance(); break;
            case PickleOpcode.StackGlobal: StackGlobal(); break;
            case PickleOpcode.BinPersId: Push(Pop() is object?[] id ? _storage(id) : throw Wrong("has a persistent id that is no tuple")); break;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: Reduce(); break;
            case PickleOpcode.Build: Build(); break;
            default: throw Wrong($"uses the pickle opcode {PickleOpcodeNames.Of((byte)code)}, which no tensor needs");
        }
    }

    private void Push(object? value) => _stack.Add(value);

    // Values below a mark belong to what stands before it.
    private object?[] Pop(int count)
    {
        if (_stack.Count - count < (_marks.Count > 0 ? _marks[^1] : 0)) throw Wrong("takes more values than there are");
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object? Pop() => Pop(1)[0];

    private object? Top() => _stack.Count > (_marks.Count > 0 ? _marks[^1] : 0) ? _stack[^1] : throw Wrong("remembers a value where there is none");

    private object?[] PopToMark()
    {
        if (_marks.Count == 0) throw Wrong("has no mark to go back to");
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var values = _stack.GetRange(mark, _stack.Count - mark).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private object? Remembered(uint index) => _memo.TryGetValue(index, out var value) ? value : throw Wrong($"asks for the value {index}, which it never kept");

    private void PushInteger()
    {
        var bytes = _cursor.Byte();
        if (bytes > LongestInteger) throw Wrong($"has an integer of {bytes} bytes");
        var value = new BigInteger(_cursor.Take(bytes));
        if (value >= long.MinValue && value <= long.MaxValue) Push((long)value);
        else Push(value);
    }

    private void Append(object?[] values)
    {
        if (Top() is PickleGlobal && _forbidden is not null) return;
        (Top() as List<object?> ?? throw Wrong("appends to what is no list")).AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        if (values.Length % 2 != 0) throw Wrong("sets a key without a value");
        if (Top() is PickleGlobal && _forbidden is not null) return;
        var dictionary = Top() as PickleDictionary ?? throw Wrong("sets an item of what is no dictionary");
        for (var i = 0; i < values.Length; i += 2) dictionary[values[i] is string or long ? values[i]! : throw Wrong("has a dictionary key that is neither a text nor a number")] = values[i + 1];
    }

    private PickleGlobal Global(string module, string name)
    {
        if (PickleGlobal.Find(module, name) is { } known) return known;
        if (_forbidden is null) throw new FathomException($"{_file.Name}: {_part}: asks for {FileErrors.Quote($"{module}.{name}")}, which is not among what tensors are made of; such a file can run code in other programs (nothing was run here): get the model as safetensors, from someone you trust");
        var full = $"{module}.{name}";
        _forbidden.Add(full);
        return new PickleGlobal(full, PickleGlobalKind.Forbidden);
    }

    private void StackGlobal()
    {
        var names = Pop(2);
        Push(names[0] is string module && names[1] is string name ? Global(module, name) : throw Wrong("has a global whose name is no text"));
    }

    private void Instance()
    {
        var global = Global(_cursor.Line(), _cursor.Line());
        PopToMark();
        Push(global.Kind == PickleGlobalKind.Forbidden ? global : throw Wrong("uses the pickle opcode INST, which no tensor needs"));
    }

    private void Build()
    {
        // An OrderedDict's attributes (_metadata: versions of modules) say nothing of its tensors.
        Pop();
        if (Top() is not (PickleDictionary or PickleGlobal { Kind: PickleGlobalKind.Forbidden })) throw Wrong("sets the state of what has none");
    }

    private void Reduce()
    {
        var (function, arguments) = Pop(2) is [PickleGlobal global, object?[] tuple] ? (global, tuple) : throw Wrong("calls what cannot be called");
        switch (function.Kind)
        {
            case PickleGlobalKind.OrderedDict:
                Push(OrderedDictOf(arguments));
                break;
            case PickleGlobalKind.Size:
                Push(arguments is [object?[] sizes] ? sizes : throw Wrong("has a torch.Size without sizes"));
                break;
            case PickleGlobalKind.Device:
                Push("device");
                break;
            case PickleGlobalKind.RebuildTensor or PickleGlobalKind.RebuildTensorV2 or PickleGlobalKind.RebuildTensorV3:
                Push(TensorOf(function, arguments));
                break;
            case PickleGlobalKind.RebuildParameter:
                Push(arguments is [PickleTensor data, ..] ? data : throw Wrong("has a parameter without a tensor"));
                break;
            case PickleGlobalKind.Forbidden:
                Push(function);
                break;
            default:
                throw Wrong($"calls {function.Name}, which is no function");
        }
    }

    private PickleDictionary OrderedDictOf(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments.Length == 0) return dictionary;
        if (arguments is not [List<object?> pairs]) throw Wrong("has an OrderedDict of something else than pairs");
        foreach (var pair in pairs)
        {
            var (key, value) = pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                _ => throw Wrong("has an OrderedDict of something else than pairs"),
            };
            dictionary[key as string ?? throw Wrong("has an OrderedDict key that is no text")] = value;
        }

        return dictionary;
    }

    // (storage, offset, size, stride[, requires_grad, hooks[, metadata]]); the third version has the element type after the hooks.
    private PickleTensor TensorOf(PickleGlobal function, object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long offset, object?[] size, object?[] stride, ..]) throw Wrong($"calls {function.Name} with other arguments than storage, offset, size and stride");
        var type = storage.Type;
        if (function.Kind == PickleGlobalKind.RebuildTensorV3) type = arguments is [_, _, _, _, _, _, PickleGlobal { Kind: PickleGlobalKind.ElementType, Type: { } element }, ..] ? element : throw Wrong($"calls {function.Name} without an element type that is read");
        var (tensor, fault) = PickleTensor.Create(storage, type, offset, Numbers(size), Numbers(stride));
        return tensor ?? throw Wrong($"a tensor {fault}");
    }

    private ImmutableArray<long> Numbers(object?[] values)
    {
        var numbers = ImmutableArray.CreateBuilder<long>(values.Length);
        foreach (var value in values) numbers.Add(value is long number ? number : throw Wrong("has a size or stride that is no whole number"));
        return numbers.MoveToImmutable();
    }
}
