namespace Fathom.Insight.Diagnosis;

/// <summary>How much the outputs of a data set repeat themselves ("mode collapse" of TV score's paper: answers of arithmetic use few tokens).</summary>
/// <param name="Tokens">Number of tokens, N.</param>
/// <param name="Distinct">Number of different tokens, n.</param>
/// <param name="VocabularySize">Size of the vocabulary, V.</param>
public readonly record struct ModeCollapse(long Tokens, int Distinct, int VocabularySize)
{
    /// <summary>Repetition rate gamma = 1 - n / N; grows with N for any text, so compare sets at equal N. NaN without a token.</summary>
    public double RepetitionRate => Tokens == 0 ? double.NaN : 1 - Distinct / (double)Tokens;

    /// <summary>Vocabulary coverage eta = n / V.</summary>
    public double VocabularyCoverage => Distinct / (double)VocabularySize;
}
