using System.Diagnostics.CodeAnalysis;
using Fathom.Formats;
using Fathom.Tensors;

namespace Fathom.Models.Encoders.Running;

/// <summary>Files of 2019 call a norm's tensors gamma and beta; here they go by weight and bias.</summary>
internal sealed class OldNormNames : ITensorSource
{
    private readonly ITensorSource _source;
    private readonly Dictionary<string, string> _inFile;

    private OldNormNames(ITensorSource source)
    {
        _source = source;
        _inFile = source.Names.ToDictionary(Today, name => name, StringComparer.Ordinal);
        Names = [.. source.Names.Select(Today)];
    }

    /// <inheritdoc/>
    public string Location => _source.Location;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The source itself where it has no such name.</summary>
    /// <exception cref="FathomException">A norm has both names.</exception>
    public static ITensorSource Of(ITensorSource source)
    {
        if (!source.Names.Any(name => Today(name) != name)) return source;
        foreach (var name in source.Names)
        {
            if (Today(name) != name && source.TryGetTensor(Today(name), out _)) throw new FathomException($"{source.Location}: has both '{name}' and '{Today(name)}'; which of the two counts cannot be known");
        }

        return new OldNormNames(source);
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        tensor = null;
        if (!_inFile.TryGetValue(name, out var stored) || !_source.TryGetTensor(stored, out var found)) return false;
        tensor = stored == name ? found : Renamed(found, name);
        return true;
    }

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => TryGetTensor(name, out var tensor) ? tensor : _source.GetTensor(name);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static unsafe StoredTensor Renamed(StoredTensor tensor, string name) => new(name, tensor.Type, tensor.Shape, tensor.Data, tensor.ByteLength, tensor.Owner);

    private static string Today(string name) =>
        name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
        : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias" : name;
}
