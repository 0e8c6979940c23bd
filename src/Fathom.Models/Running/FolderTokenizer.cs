using Fathom.Tokenizers;

namespace Fathom.Models.Running;

/// <summary>The tokenizer of a model's folder.</summary>
internal static class FolderTokenizer
{
    private const string Whole = "tokenizer.json";
    private static readonly string[] Two = ["vocab.json", "merges.txt"];
    private static readonly string[] Bare = ["tokenizer.model", "spiece.model", "spm.model", "sentencepiece.bpe.model", "vocab.txt"];

    /// <summary>
    /// Reads what says everything: tokenizer.json, or vocab.json with merges.txt. A SentencePiece model alone does not say which special
    /// tokens go around a text (and XLM-RoBERTa's ids are not its ids), so it is not taken for a model's tokenizer.
    /// </summary>
    public static Tokenizer? Load(string folder)
    {
        if (File.Exists(Path.Combine(folder, Whole))) return Tokenizer.Load(folder);

        // By the file's own name: in a folder a SentencePiece model would come before it.
        return Two.All(name => File.Exists(Path.Combine(folder, name))) ? Tokenizer.Load(Path.Combine(folder, Two[0])) : null;
    }

    /// <summary>Says that there is none, and how to get one.</summary>
    public static FathomException Missing(string folder)
    {
        var bare = Array.Find(Bare, name => File.Exists(Path.Combine(folder, name)));
        return new FathomException(bare is null
            ? $"{folder}: has no tokenizer ({Whole}); download the whole model, or give token ids"
            : $"{folder}: has no {Whole}, and {bare} alone does not say which special tokens the model wants; make one in Python: transformers.AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER), or give token ids");
    }
}
