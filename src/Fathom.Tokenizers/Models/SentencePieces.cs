namespace Fathom.Tokenizers.Models;

/// <summary>A SentencePiece vocabulary: strings, scores and types by id.</summary>
/// <param name="Vocabulary">Strings and ids.</param>
/// <param name="Scores">Logarithms of probabilities, or merge ranks with a minus before them.</param>
/// <param name="Types">What each piece is (<see cref="PieceTypes"/>).</param>
/// <param name="Unknown">Id of the unknown piece, or -1.</param>
internal sealed record SentencePieces(Vocabulary Vocabulary, float[] Scores, int[] Types, int Unknown)
{
    /// <summary>The type of a piece.</summary>
    public int TypeOf(int id) => (uint)id < (uint)Types.Length ? Types[id] : PieceTypes.Normal;

    /// <summary>Whether a piece can be made from text by matching it.</summary>
    public bool IsMatched(int id) => TypeOf(id) is PieceTypes.Normal or PieceTypes.UserDefined or PieceTypes.Unused;

    /// <summary>The byte tokens by byte, -1 where one is absent; a plain one-byte piece will do where <paramref name="orPlain"/> is set.</summary>
    public int[] ByteIds(bool orPlain)
    {
        var ids = new int[256];
        for (var value = 0; value < 256; value++)
        {
            ids[value] = Vocabulary.Find($"<0x{value:X2}>");
            if (ids[value] < 0 && orPlain)
                ids[value] = Vocabulary.Find([(byte)value]);
        }

        return ids;
    }
}
