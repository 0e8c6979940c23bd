namespace Fathom.Formats.Hub;

/// <summary>A file of a model as the hub lists it.</summary>
/// <param name="Path">Its path in the model, parts separated by <c>/</c>; it cannot lead out of a folder.</param>
/// <param name="Bytes">Its length, or null where the hub did not say.</param>
/// <param name="Hash">SHA-256 (64 digits) of large files, git's SHA-1 of a blob (40 digits) of small ones; the file's name in the cache. Null where the hub did not say.</param>
public sealed record HubFile(string Path, long? Bytes, string? Hash);
