namespace Fathom.Tokenizers.Models;

/// <summary>Each word is a token, or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, string unknownToken) : TokenModel(vocabulary)
{
    private readonly int _unknown = vocabulary.Find(unknownToken);

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (word.IsEmpty)
            return;
        var id = Vocabulary.Find(word);
        if (id < 0)
            id = _unknown;
        if (id < 0)
            throw new FathomException($"The word '{word}' is not in the tokenizer's vocabulary, nor is its unknown token '{unknownToken}'. Add that token to model.vocab.");
        sink.Add(id, 0, word.Length);
    }
}
