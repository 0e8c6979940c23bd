namespace Fathom.Formats.Hub;

/// <summary>A model in the cache.</summary>
/// <param name="Id"><c>org/name</c>.</param>
/// <param name="Folder">Its folder in the cache.</param>
/// <param name="Snapshots">Its commits, with the names that stand for each, in order of commit.</param>
/// <param name="Bytes">Bytes on the disk, files that snapshots share counted once.</param>
/// <param name="IncompleteBytes">Bytes of downloads that were not finished.</param>
public sealed record HubCachedModel(string Id, string Folder, IReadOnlyList<HubSnapshot> Snapshots, long Bytes, long IncompleteBytes);
