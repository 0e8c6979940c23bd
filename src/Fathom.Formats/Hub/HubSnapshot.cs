namespace Fathom.Formats.Hub;

/// <summary>One commit of a cached model.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Revisions">Branches and tags that stand for it here.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Bytes of its files.</param>
public sealed record HubSnapshot(string Commit, IReadOnlyList<string> Revisions, string Folder, int Files, long Bytes);
