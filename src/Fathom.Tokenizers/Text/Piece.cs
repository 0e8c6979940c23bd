using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Text;

/// <summary>A range of the text being tokenized: either a word for the model or, when <see cref="TokenId"/> is not negative, a token already found.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Piece(int Start, int End, int TokenId)
{
    /// <summary>Whether the piece is a token already.</summary>
    public bool IsToken => TokenId >= 0;

    /// <summary>Length in UTF-16 code units.</summary>
    public int Length => End - Start;
}
