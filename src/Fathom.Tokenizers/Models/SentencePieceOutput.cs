namespace Fathom.Tokenizers.Models;

/// <summary>The pieces a text was cut into: ids (-1 for unknown) and lengths in bytes.</summary>
internal sealed class SentencePieceOutput
{
    private readonly List<(int Id, int Length)> _pieces = [];

    /// <summary>Number of pieces.</summary>
    public int Count => _pieces.Count;

    /// <summary>A piece.</summary>
    public (int Id, int Length) this[int index] => _pieces[index];

    /// <summary>Adds a piece at the end.</summary>
    public void Add(int id, int length) => _pieces.Add((id, length));

    /// <summary>Turns the order round, for searches that find the last piece first.</summary>
    public void Reverse() => _pieces.Reverse();
}
