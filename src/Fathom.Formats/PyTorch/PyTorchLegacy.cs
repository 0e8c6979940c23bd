using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Fathom.Formats;

/// <summary>
/// A checkpoint of PyTorch before 1.6: five pickles in a row (a magic number, the version, facts of the machine, the value, the keys of
/// its storages) and then each storage as a count of elements and their bytes.
/// </summary>
internal static class PyTorchLegacy
{
    private const long Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    /// <summary>Whether the file begins as such a checkpoint does: a pickle of the magic number.</summary>
    public static bool IsOne(FileBytes file) => file.Length > 16 && file.Span(0, 4).SequenceEqual<byte>([0x80, 0x02, 0x8a, 0x0a]);

    /// <summary>The value that was saved, its storages placed.</summary>
    public static object? Read(FileBytes file, ICollection<string>? forbidden = null)
    {
        var storages = new OrderedDictionary<string, PickleStorage>(StringComparer.Ordinal);
        long at = 0;
        object? Next(string part)
        {
            var machine = new PickleMachine(file, part, at, Math.Min(file.Length, at + PyTorchZip.LongestPickle), id => Storage(file, id, storages), forbidden);
            var read = machine.Run();
            at = machine.Position;
            return read;
        }

        if (Next("the magic number") is not BigInteger magic || magic != Magic) throw new FathomException($"{file.Name}: is no PyTorch checkpoint: its magic number is another");
        if (Next("the version") is not Version) throw new FathomException($"{file.Name}: is a PyTorch checkpoint of an unknown version, {Version} was expected");
        if (Next("the facts of the machine") is not PickleDictionary facts || facts["little_endian"] is not true) throw new FathomException($"{file.Name}: was not written on a little-endian machine, which alone is read: save it again as safetensors");
        var value = Next("the value");
        if (Next("the keys of the storages") is not List<object?> keys || keys.Count != storages.Count) throw new FathomException($"{file.Name}: lists other storages than its pickle names: the file is damaged");
        foreach (var key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage) || storage.Start >= 0) throw new FathomException($"{file.Name}: lists a storage that its pickle does not name: the file is damaged");
            if (at > file.Length - 8) throw new FathomException($"{file.Name}: ends before storage {FileErrors.Quote(name)}; it is truncated: download it again");
            var elements = BinaryPrimitives.ReadInt64LittleEndian(file.Span(at, 8));
            at += 8;
            if (elements != storage.Elements) throw new FathomException($"{file.Name}: storage {FileErrors.Quote(name)} has {elements} elements, its pickle says {storage.Elements}");
            if (storage.ByteLength > file.Length - at) throw new FathomException($"{file.Name}: ends inside storage {FileErrors.Quote(name)}; it is truncated: download it again");
            storage.Start = at;
            at += storage.ByteLength;
        }

        return at == file.Length ? value : throw new FathomException($"{file.Name}: {file.Length - at} bytes behind its last storage belong to nothing: the file is damaged");
    }

    private static PickleStorage Storage(FileBytes file, object?[] id, OrderedDictionary<string, PickleStorage> storages)
    {
        var (key, type, elements) = PyTorchZip.Parse(file, id);
        if (id is [_, _, _, _, _, not null, ..]) throw new FathomException($"{file.Name}: storage {FileErrors.Quote(key)} is a view of another, as PyTorch before 0.4 saved it; save the model again");
        if (storages.TryGetValue(key, out var known)) return known.Type == type && known.Elements == elements ? known : throw new FathomException($"{file.Name}: storage {FileErrors.Quote(key)} is described in two ways");
        var storage = new PickleStorage(key, type, elements);
        storages.Add(key, storage);
        return storage;
    }
}
