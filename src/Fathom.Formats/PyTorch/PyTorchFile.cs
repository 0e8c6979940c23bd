using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// A PyTorch checkpoint (<c>.bin</c>, <c>.pt</c>, <c>.pth</c>) of a state dictionary, mapped; its pickle is read by a subset that knows
/// tensors and plain values and never runs code. Whatever else a pickle asks for is refused by name.
/// </summary>
public sealed class PyTorchFile : ITensorSource
{
    // Where training saves its state, the weights lie under one of these.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "module"];

    private readonly FileBytes _bytes;
    private readonly OrderedDictionary<string, PickleTensor> _tensors;
    private readonly Dictionary<string, StoredTensor> _stored = new(StringComparer.Ordinal);
    private readonly string[] _names;
    private readonly Lock _lock = new();
    private long _copied;

    private PyTorchFile(FileBytes bytes)
    {
        _bytes = bytes;
        var value = IsZip(bytes) ? PyTorchZip.Read(bytes) : PyTorchLegacy.IsOne(bytes) ? PyTorchLegacy.Read(bytes)
            : throw new FathomException($"{bytes.Name}: is no PyTorch checkpoint: it begins neither as a ZIP archive nor as a pickle of PyTorch's older format");
        _tensors = TensorsOf(value, bytes.Name);
        _names = [.. _tensors.Keys];
    }

    /// <summary>Path of the file.</summary>
    public string Location => _bytes.Name;

    /// <summary>Every tensor's name, in the order of the state dictionary.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Maps a file and reads its pickle.</summary>
    /// <exception cref="FathomException">It cannot be read, is damaged, or asks for anything but tensors.</exception>
    public static PyTorchFile Open(string path) => From(FileBytes.Map(path));

    /// <summary>The same for bytes in memory, which are copied; <paramref name="name"/> stands for the path in messages.</summary>
    /// <exception cref="FathomException">They are damaged, or ask for anything but tensors.</exception>
    public static PyTorchFile Parse(ReadOnlySpan<byte> content, string name = "(memory)") => From(FileBytes.Of(content, name));

    /// <summary>Finds a tensor by its exact name. One whose elements do not follow each other (a transposed view) is copied, once.</summary>
    public unsafe bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        tensor = null;
        if (!_tensors.TryGetValue(name, out var view)) return false;
        lock (_lock)
        {
            if (_stored.TryGetValue(name, out tensor)) return true;
            var size = DTypeInfo.Of(view.Type).BytesPerBlock;
            tensor = view.IsContiguous
                ? new StoredTensor(name, view.Type, view.Shape, _bytes.Pointer + (view.Elements == 0 ? 0 : view.Storage.Start + view.Offset * size), view.ByteLength, _bytes)
                : Copy(name, view, size);
            _stored.Add(name, tensor);
            return true;
        }
    }

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => TryGetTensor(name, out var tensor) ? tensor : throw TensorSource.Missing(this, name);

    /// <summary>Unmaps the file: its tensors must not be read any more.</summary>
    public void Dispose() => _bytes.Dispose();

    /// <summary>Whether bytes begin as a ZIP archive does.</summary>
    internal static bool IsZip(FileBytes bytes) => bytes.Length > 4 && bytes.Span(0, 4).SequenceEqual("PK\u0003\u0004"u8);

    private static OrderedDictionary<string, PickleTensor> TensorsOf(object? value, string file)
    {
        var root = value as PickleDictionary ?? throw new FathomException($"{file}: holds no dictionary of tensors (a state_dict), so it is no model's weights");
        if (!root.Items.Any(item => item.Value is PickleTensor))
            root = Wrappers.Select(wrapper => root[wrapper]).OfType<PickleDictionary>().FirstOrDefault() ?? throw new FathomException($"{file}: its dictionary holds no tensors; its keys are {FileErrors.List(root.Items.Select(item => item.Key.ToString() ?? ""))}");
        var tensors = new OrderedDictionary<string, PickleTensor>(StringComparer.Ordinal);
        foreach (var (key, item) in root.Items)
        {
            if (item is PickleTensor tensor) tensors.Add(key as string ?? throw new FathomException($"{file}: has a tensor whose name is a number"), tensor);
        }

        return tensors;
    }

    private static PyTorchFile From(FileBytes bytes)
    {
        try
        {
            return new PyTorchFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private unsafe StoredTensor Copy(string name, PickleTensor view, int size)
    {
        // Many views of one large storage could otherwise ask for any amount of memory.
        if ((_copied += view.ByteLength) > 2 * _bytes.Length) throw new FathomException($"{Location}: its transposed tensors together need more than twice the file's {_bytes.Length} bytes; save the model again with contiguous tensors");
        if (view.ByteLength > Array.MaxLength) throw new FathomException($"{Location}: tensor {FileErrors.Quote(name)} is a transposed view of {view.ByteLength} bytes, more than is copied; save the model again with contiguous tensors");
        var copy = GC.AllocateUninitializedArray<byte>((int)view.ByteLength, pinned: true);
        var index = new long[view.Shape.Length];
        var source = _bytes.Pointer + view.Storage.Start;
        var element = view.Offset;
        for (long at = 0; at < copy.Length; at += size)
        {
            new ReadOnlySpan<byte>(source + element * size, size).CopyTo(copy.AsSpan((int)at, size));
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                element += view.Strides[axis];
                if (++index[axis] < view.Shape[axis]) break;
                element -= view.Strides[axis] * view.Shape[axis];
                index[axis] = 0;
            }
        }

        return new StoredTensor(name, view.Type, view.Shape, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copy)), copy.Length, (_bytes, copy));
    }
}
