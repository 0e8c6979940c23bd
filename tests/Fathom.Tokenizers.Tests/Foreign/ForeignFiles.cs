namespace Fathom.Tokenizers.Tests.Foreign;

/// <summary>Vocabularies and templates whose licences keep them out of the golden folder: in the folder that FATHOM_TOKENIZERS names, made by <c>eng/fetch-foreign-tokenizers.sh</c>.</summary>
internal static class ForeignFiles
{
    private const string Variable = "FATHOM_TOKENIZERS";

    /// <summary>The folder, if there is one.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;

    /// <summary>Why tests over it are skipped; null where they run.</summary>
    public static string? Skip => Folder is null ? $"set {Variable} to the folder that eng/fetch-foreign-tokenizers.sh makes"
        : SharedFolder.TryPath("golden/tokenizers") is null ? "'golden/tokenizers' is not in the shared folder" : null;

    /// <summary>Path of a file in it.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder!, .. parts]);
}
