namespace Fathom.Cli.Models;

/// <summary>Finds the tokenizer that TOKENIZER means.</summary>
internal static class TokenizerLocator
{
    /// <summary>
    /// A path to load a tokenizer from. A folder whose model is its one <c>.gguf</c> file gives that file's vocabulary, as running the
    /// model does: a tokenizer.json beside it may lack the chat template.
    /// </summary>
    /// <exception cref="FathomException">There is nothing there.</exception>
    public static string Find(string tokenizer)
    {
        var path = ModelLocator.Find(tokenizer, whole: false);
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, "config.json")))
        {
            return path;
        }

        var ggufs = Directory.GetFiles(path, "*.gguf");
        return ggufs.Length == 1 ? ggufs[0] : path;
    }
}
