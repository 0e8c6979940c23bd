namespace Fathom.Formats.Hub;

/// <summary>What a download brought.</summary>
/// <param name="Model">The model asked for.</param>
/// <param name="Commit">The commit its revision stood for.</param>
/// <param name="Folder">The snapshot's folder: a model in Hugging Face layout.</param>
/// <param name="Files">The files chosen.</param>
/// <param name="Skipped">Files of the repository that were not chosen.</param>
/// <param name="DownloadedBytes">Bytes that came over the network.</param>
/// <param name="ReusedBytes">Bytes of files that were in the cache whole.</param>
/// <param name="License">The licence that the model's card names, or null.</param>
public sealed record HubPullResult(HubModelName Model, string Commit, string Folder, IReadOnlyList<HubFile> Files, IReadOnlyList<HubFile> Skipped, long DownloadedBytes, long ReusedBytes, string? License);
