namespace Fathom.Formats.Hub;

/// <summary>What checking a cached file against its hash found.</summary>
/// <param name="Path">Its path in the snapshot.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Expected">The hash it should have, or null where that is not known (a snapshot without links, offline).</param>
/// <param name="Passed">Whether it has it; null where it is not known.</param>
public sealed record HubFileCheck(string Path, long Bytes, string? Expected, bool? Passed);
