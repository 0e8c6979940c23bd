namespace Fathom.EndToEnd.Tests;

/// <summary>The folders of shared/golden/hf.</summary>
internal static class ReferenceFolders
{
    private static readonly string[] Images = ["clip", "clip-vision", "siglip", "llava", "smolvlm", "eva-vit", "preprocess"];

    /// <summary>Models of text and adapters of such; none where the shared folder is absent.</summary>
    public static IEnumerable<string> Text
    {
        get
        {
            var root = SharedFolder.Path("golden/hf");
            return Directory.Exists(root) ? Directory.GetDirectories(root).Select(folder => Path.GetFileName(folder)!).Except(Images).Order(StringComparer.Ordinal) : ["llama"];
        }
    }
}
