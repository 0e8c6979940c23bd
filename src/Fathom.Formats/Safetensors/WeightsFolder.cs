using System.Diagnostics.CodeAnalysis;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// The weights of a folder in Hugging Face layout as one source: <c>model.safetensors</c>, or the shards that
/// <c>model.safetensors.index.json</c> names. Every tensor of the index must be in the shard it names.
/// </summary>
public sealed class WeightsFolder : ITensorSource
{
    /// <summary>Name of the file that holds a whole model.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>Name of the index of a model in several files.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private readonly OrderedDictionary<string, SafetensorsFile> _byTensor;
    private readonly string[] _names;

    private WeightsFolder(string folder, IReadOnlyList<SafetensorsFile> files, OrderedDictionary<string, SafetensorsFile> byTensor)
    {
        Location = folder;
        Files = files;
        _byTensor = byTensor;
        _names = [.. byTensor.Keys];
    }

    /// <summary>Path of the folder.</summary>
    public string Location { get; }

    /// <summary>The files, in the order in which the index first names them.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>Every tensor of the model: of the single file, or of the index (what a shard holds beyond the index is not part of the model).</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Maps and checks every file of the folder's model.</summary>
    /// <exception cref="FathomException">There is no model in the folder, a shard is missing or broken, or a tensor is not where the index says.</exception>
    public static WeightsFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) throw new FathomException(File.Exists(folder) ? $"{folder}: is a file, a folder was expected" : $"{folder}: no such folder");
        var single = Path.Combine(folder, SingleFile);
        if (File.Exists(single)) return OpenFiles(folder, null, [SingleFile]);
        var index = Path.Combine(folder, IndexFile);
        if (!File.Exists(index)) throw new FathomException($"{folder}: has neither {SingleFile} nor {IndexFile}{WhatElse(folder)}");
        var map = SafetensorsIndex.Parse(ReadIndex(index), index);
        return OpenFiles(folder, map, map.Values.Distinct(StringComparer.Ordinal));
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

    private static WeightsFolder OpenFiles(string folder, OrderedDictionary<string, string>? map, IEnumerable<string> fileNames)
    {
        var files = new OrderedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var name in fileNames)
            {
                var path = Path.Combine(folder, name);
                if (map is not null && !File.Exists(path)) throw new FathomException($"{path}: is missing; {IndexFile} names it: download the model again");
                files.Add(name, SafetensorsFile.Open(path));
            }

            return new WeightsFolder(folder, [.. files.Values], map is null ? Everything(files.Values.Single()) : Mapped(folder, map, files));
        }
        catch
        {
            foreach (var file in files.Values) file.Dispose();
            throw;
        }
    }

    private static OrderedDictionary<string, SafetensorsFile> Everything(SafetensorsFile file)
    {
        var byTensor = new OrderedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var name in file.Names) byTensor.Add(name, file);
        return byTensor;
    }

    private static OrderedDictionary<string, SafetensorsFile> Mapped(string folder, OrderedDictionary<string, string> map, OrderedDictionary<string, SafetensorsFile> files)
    {
        var byTensor = new OrderedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var (tensor, fileName) in map)
        {
            var file = files[fileName];
            if (!file.TryGetTensor(tensor, out _))
                throw new FathomException($"{Path.Combine(folder, IndexFile)}: says tensor {FileErrors.Quote(tensor)} is in {fileName}, where it is not: index and shards are of different models");
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
        if (names.Exists(name => name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))) return "; PyTorch .bin files are not read: convert the model to safetensors";
        return $"; its files are {FileErrors.List(names)}";
    }
}
