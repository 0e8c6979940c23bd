using System.Diagnostics.CodeAnalysis;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// The weights of a folder in Hugging Face layout as one source: <c>model.safetensors</c>, or the shards that
/// <c>model.safetensors.index.json</c> names; where there is neither, PyTorch's <c>pytorch_model.bin</c> or the shards of its index.
/// Every tensor of the index must be in the shard it names.
/// </summary>
public sealed class WeightsFolder : ITensorSource
{
    /// <summary>Name of the file that holds a whole model.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>Name of the index of a model in several files.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    /// <summary>Name of PyTorch's file of a whole model.</summary>
    public const string PyTorchSingleFile = "pytorch_model.bin";

    /// <summary>Name of the index of a model in several PyTorch files.</summary>
    public const string PyTorchIndexFile = "pytorch_model.bin.index.json";

    private readonly OrderedDictionary<string, ITensorSource> _byTensor;
    private readonly string[] _names;

    // In this order: a pickle is read only where there is nothing better.
    private static readonly (string Single, string Index, string Ending)[] Forms = [(SingleFile, IndexFile, ".safetensors"), (PyTorchSingleFile, PyTorchIndexFile, ".bin")];

    private WeightsFolder(string folder, IReadOnlyList<ITensorSource> files, OrderedDictionary<string, ITensorSource> byTensor)
    {
        Location = folder;
        Files = files;
        _byTensor = byTensor;
        _names = [.. byTensor.Keys];
    }

    /// <summary>Path of the folder.</summary>
    public string Location { get; }

    /// <summary>The files, in the order in which the index first names them.</summary>
    public IReadOnlyList<ITensorSource> Files { get; }

    /// <summary>Every tensor of the model: of the single file, or of the index (what a shard holds beyond the index is not part of the model).</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Maps and checks every file of the folder's model.</summary>
    /// <exception cref="FathomException">There is no model in the folder, a shard is missing or broken, or a tensor is not where the index says.</exception>
    public static WeightsFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) throw new FathomException(File.Exists(folder) ? $"{folder}: is a file, a folder was expected" : $"{folder}: no such folder");
        foreach (var (single, index, ending) in Forms)
        {
            if (File.Exists(Path.Combine(folder, single))) return OpenFiles(folder, null, null, [single]);
            var path = Path.Combine(folder, index);
            if (!File.Exists(path)) continue;
            var map = SafetensorsIndex.Parse(ReadIndex(path), path, ending);
            return OpenFiles(folder, index, map, map.Values.Distinct(StringComparer.Ordinal));
        }

        throw new FathomException($"{folder}: has neither {SingleFile} nor {IndexFile} nor {PyTorchSingleFile}{WhatElse(folder)}");
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        tensor = null;
        return _byTensor.TryGetValue(name, out var file) && file.TryGetTensor(name, out tensor);
    }

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => TryGetTensor(name, out var tensor) ? tensor : throw TensorSource.Missing(this, name);

    /// <summary>Unmaps every file: their tensors must not be read any more.</summary>
    public void Dispose()
    {
        foreach (var file in Files) file.Dispose();
    }

    private static WeightsFolder OpenFiles(string folder, string? index, OrderedDictionary<string, string>? map, IEnumerable<string> fileNames)
    {
        var files = new OrderedDictionary<string, ITensorSource>(StringComparer.Ordinal);
        try
        {
            foreach (var name in fileNames)
            {
                var path = Path.Combine(folder, name);
                if (map is not null && !File.Exists(path)) throw new FathomException($"{path}: is missing; {index} names it: download the model again");
                files.Add(name, name.EndsWith(".bin", StringComparison.Ordinal) ? PyTorchFile.Open(path) : SafetensorsFile.Open(path));
            }

            return new WeightsFolder(folder, [.. files.Values], map is null ? Everything(files.Values.Single()) : Mapped(folder, index!, map, files));
        }
        catch
        {
            foreach (var file in files.Values) file.Dispose();
            throw;
        }
    }

    private static OrderedDictionary<string, ITensorSource> Everything(ITensorSource file)
    {
        var byTensor = new OrderedDictionary<string, ITensorSource>(StringComparer.Ordinal);
        foreach (var name in file.Names) byTensor.Add(name, file);
        return byTensor;
    }

    private static OrderedDictionary<string, ITensorSource> Mapped(string folder, string index, OrderedDictionary<string, string> map, OrderedDictionary<string, ITensorSource> files)
    {
        var byTensor = new OrderedDictionary<string, ITensorSource>(StringComparer.Ordinal);
        foreach (var (tensor, fileName) in map)
        {
            var file = files[fileName];
            if (!file.TryGetTensor(tensor, out _))
                throw new FathomException($"{Path.Combine(folder, index)}: says tensor {FileErrors.Quote(tensor)} is in {fileName}, where it is not: index and shards are of different models");
            byTensor.Add(tensor, file);
        }

        return byTensor;
    }

    private static byte[] ReadIndex(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= SafetensorsIndex.LongestBytes
                ? File.ReadAllBytes(path)
                : throw new FathomException($"{path}: {length} bytes is too long for an index, at most {SafetensorsIndex.LongestBytes} are read");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    private static string WhatElse(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
        if (names.Exists(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))) return "; it has a .gguf file: name that file instead";
        return $"; its files are {FileErrors.List(names)}";
    }
}
