namespace Fathom.Tokenizers.Models;

/// <summary>What turns a word into tokens. Safe for use by many threads at once.</summary>
internal abstract class TokenModel(Vocabulary vocabulary)
{
    /// <summary>The model's own strings and ids.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Whether no token reaches across a mark for a space (U+2581) behind another character, nor depends on what lies across it.</summary>
    public virtual bool CutsAtMarks => false;

    /// <summary>Adds the tokens of one word to the sink, with positions in UTF-16 code units of the word.</summary>
    public abstract void Tokenize(ReadOnlySpan<char> word, TokenSink sink);
}
