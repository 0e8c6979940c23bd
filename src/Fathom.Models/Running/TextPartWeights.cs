using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Running;

/// <summary>The tensors of the language model inside a larger one, under the names they have in a language model alone.</summary>
internal sealed class TextPartWeights : ITensorSource
{
    private readonly ITensorSource _whole;
    private readonly OrderedDictionary<string, string> _stored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredTensor> _renamed = new(StringComparer.Ordinal);
    private readonly List<string> _others = [];

    /// <summary>Names them anew; from here on this one owns the source.</summary>
    /// <exception cref="FathomException">Two tensors would have one name, or there is no language model among them.</exception>
    public TextPartWeights(ITensorSource whole)
    {
        _whole = whole;
        foreach (var stored in whole.Names)
        {
            if (TextPart.NameOf(stored) is not { } name) _others.Add(stored);
            else if (!_stored.TryAdd(name, stored)) throw new FathomException($"{whole.Location}: tensors '{ConfigText.Printable(stored)}' and '{ConfigText.Printable(_stored[name])}' are the same part of the language model; download the model again");
        }

        Names = [.. _stored.Keys];
        if (_stored.Count == 0) throw new FathomException($"{whole.Location}: has no tensor of a language model (language_model.…); its {_others.Count} tensors begin with '{ConfigText.Printable(_others.FirstOrDefault() ?? "")}'");
    }

    /// <inheritdoc/>
    public string Location => _whole.Location;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Tensors of the other parts, as the file names them.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        if (_renamed.TryGetValue(name, out tensor)) return true;
        if (!_stored.TryGetValue(name, out var stored) || !_whole.TryGetTensor(stored, out tensor)) return false;
        tensor = _renamed.GetOrAdd(name, Renamed(tensor, name));
        return true;
    }

    /// <inheritdoc/>
    public StoredTensor GetTensor(string name) => TryGetTensor(name, out var tensor) ? tensor : throw new FathomException($"{Location}: has no tensor '{ConfigText.Printable(name)}' in its language model");

    /// <inheritdoc/>
    public void Dispose() => _whole.Dispose();

    private static unsafe StoredTensor Renamed(StoredTensor tensor, string name) => new(name, tensor.Type, tensor.Shape, tensor.Data, tensor.ByteLength, tensor.Owner);
}
