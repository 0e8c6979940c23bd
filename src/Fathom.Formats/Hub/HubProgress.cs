namespace Fathom.Formats.Hub;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="TotalBytes">Bytes of all chosen files.</param>
/// <param name="Files">Files that are whole.</param>
/// <param name="TotalFiles">Number of chosen files.</param>
public sealed record HubProgress(long Bytes, long TotalBytes, int Files, int TotalFiles);
