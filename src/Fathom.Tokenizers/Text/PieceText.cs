namespace Fathom.Tokenizers.Text;

/// <summary>
/// The text on its way through a pipeline: one buffer, cut into pieces. A pre-tokenizer reads the current pieces and writes the
/// next ones, and, when it changes characters, the next buffer too.
/// </summary>
internal sealed class PieceText
{
    private AlignedText _text = new();
    private AlignedText _nextText = new();
    private PieceList _pieces = new();
    private PieceList _nextPieces = new();

    /// <summary>The current text.</summary>
    public AlignedText Text => _text;

    /// <summary>The text being written by the step under way.</summary>
    public AlignedText NextText => _nextText;

    /// <summary>The current pieces, in order; text between them is dropped.</summary>
    public PieceList Pieces => _pieces;

    /// <summary>The pieces being written by the step under way.</summary>
    public PieceList NextPieces => _nextPieces;

    /// <summary>Starts anew with nothing.</summary>
    public void Reset(bool tracked)
    {
        _text.Reset(tracked);
        _nextText.Reset(tracked);
        _pieces.Clear();
        _nextPieces.Clear();
    }

    /// <summary>Ends a step that only cut: the next pieces become the current ones.</summary>
    public void CommitPieces()
    {
        (_pieces, _nextPieces) = (_nextPieces, _pieces);
        _nextPieces.Clear();
    }

    /// <summary>Ends a step that changed characters: the next text and pieces become the current ones.</summary>
    public void CommitText()
    {
        (_text, _nextText) = (_nextText, _text);
        _nextText.Reset(_text.Tracked);
        CommitPieces();
    }

    /// <summary>Source position at which a piece begins, as its first character is aligned; 0 when untracked or empty.</summary>
    public int SourceStart(Piece piece) => piece.Length > 0 ? _text.StartOf(piece.Start) : 0;
}
