using System.Globalization;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>A checkpoint of PyTorch 1.6 and later: a ZIP archive with <c>data.pkl</c> and one file a storage.</summary>
internal static class PyTorchZip
{
    /// <summary>Longest pickle that is read: that of the largest models has some ten million bytes.</summary>
    public const long LongestPickle = 256L << 20;

    private const string PickleName = "/data.pkl";

    /// <summary>The value that was saved, its storages placed.</summary>
    public static object? Read(FileBytes file, ICollection<string>? forbidden = null)
    {
        var zip = ZipContainer.Read(file);
        var pickles = zip.Names.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length).ToList();
        if (pickles.Count != 1) throw new FathomException($"{file.Name}: has {pickles.Count} files data.pkl, one was expected: it is no PyTorch checkpoint");
        var prefix = pickles[0][..^PickleName.Length];
        if (zip.Names.Contains(prefix + "/constants.pkl")) throw new FathomException($"{file.Name}: is a TorchScript program, not a checkpoint: get the model as safetensors");
        if (zip.TryFind(prefix + "/byteorder", out var order) && !file.Span(order.Start, (int)Math.Min(order.Length, 6)).SequenceEqual("little"u8)) throw new FathomException($"{file.Name}: was written on a big-endian machine, which is not read: save it again as safetensors");
        zip.TryFind(pickles[0], out var pickle);
        if (pickle.Length > LongestPickle) throw new FathomException($"{file.Name}: its pickle is {pickle.Length} bytes long, at most {LongestPickle} are read");
        if (Crc32.Of(file.Span(pickle.Start, (int)pickle.Length)) != pickle.Crc) throw new FathomException($"{file.Name}: the checksum of data.pkl is wrong: the file is damaged: download it again");
        var storages = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        var machine = new PickleMachine(file, "data.pkl", pickle.Start, pickle.Start + pickle.Length, id => Storage(file, zip, prefix, id, storages), forbidden);
        return machine.Run();
    }

    /// <summary>Reads a persistent id: <c>('storage', class, key, location, elements, …)</c>.</summary>
    public static (string Key, DType Type, long Elements) Parse(FileBytes file, object?[] id)
    {
        if (id is not ["storage", PickleGlobal { Kind: PickleGlobalKind.Storage, Type: { } type }, string key, _, long elements, ..] || elements < 0 || elements > file.Length)
            throw new FathomException($"{file.Name}: a persistent id of its pickle is not ('storage', class, key, location, elements): the file is damaged or no PyTorch checkpoint");
        return (key, type, elements);
    }

    private static PickleStorage Storage(FileBytes file, ZipContainer zip, string prefix, object?[] id, Dictionary<string, PickleStorage> storages)
    {
        var (key, type, elements) = Parse(file, id);
        if (storages.TryGetValue(key, out var known)) return known.Type == type && known.Elements == elements ? known : throw new FathomException($"{file.Name}: storage {FileErrors.Quote(key)} is described in two ways");
        if (!zip.TryFind($"{prefix}/data/{key}", out var place)) throw new FathomException($"{file.Name}: has no storage {FileErrors.Quote(key)} that its pickle names: the file is damaged: download it again");
        var storage = new PickleStorage(key, type, elements) { Start = place.Start };
        if (storage.ByteLength != place.Length) throw new FathomException($"{file.Name}: storage {FileErrors.Quote(key)} has {place.Length.ToString(CultureInfo.InvariantCulture)} bytes, its {elements} elements take {storage.ByteLength}");
        storages.Add(key, storage);
        return storage;
    }
}
