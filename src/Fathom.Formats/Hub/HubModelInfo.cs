namespace Fathom.Formats.Hub;

/// <summary>What the hub says about a model at a revision.</summary>
/// <param name="Id"><c>org/name</c>.</param>
/// <param name="Commit">The commit that the revision stands for: 40 hexadecimal digits.</param>
/// <param name="Files">Every file, in the hub's order.</param>
/// <param name="License">The licence its card names, or null.</param>
public sealed record HubModelInfo(string Id, string Commit, IReadOnlyList<HubFile> Files, string? License);
