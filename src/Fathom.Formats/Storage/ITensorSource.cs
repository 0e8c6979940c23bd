using System.Diagnostics.CodeAnalysis;
using Fathom.Tensors;

namespace Fathom.Formats;

/// <summary>
/// Tensors by name from files that stay mapped while this is not disposed: one safetensors file, a folder of shards, or a GGUF file.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>File or folder, for messages.</summary>
    string Location { get; }

    /// <summary>Every tensor's name, in the order of the file.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Finds a tensor by its exact name.</summary>
    /// <exception cref="FathomException">The tensor is there, but stored in a type that is not read.</exception>
    bool TryGetTensor(string name, [NotNullWhen(true)] out StoredTensor? tensor);

    /// <summary>The tensor of this exact name.</summary>
    /// <exception cref="FathomException">There is none; the message names the file and some names it has.</exception>
    StoredTensor GetTensor(string name);
}
