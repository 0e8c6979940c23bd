using Fathom.Tokenizers.Text;
using Fathom.Tokenizers.Unicode;

namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>Cuts where the script changes; the kana count as Han, and spaces and unassigned characters go with what is before.</summary>
internal sealed class UnicodeScriptsPreTokenizer : IPreTokenizer
{
    private const int Any = -1;
    private readonly int _han = ScriptNumber("Han");
    private readonly int _hiragana = ScriptNumber("Hiragana");
    private readonly int _katakana = ScriptNumber("Katakana");

    /// <inheritdoc/>
    public bool WorksInParts => false;

    /// <inheritdoc/>
    public bool OnlyCuts => true;

    /// <inheritdoc/>
    public bool NeedsSource => false;

    /// <inheritdoc/>
    public void Apply(PieceText text)
    {
        var chars = text.Text.Chars;
        foreach (var piece in text.Pieces.Items)
        {
            if (piece.IsToken)
            {
                text.NextPieces.Add(piece);
                continue;
            }

            // What comes before the first character with a script is in no piece, as in the reference.
            var start = -1;
            var last = Any;
            for (var i = piece.Start; i < piece.End;)
            {
                var script = Script(CodePoints.At(chars, i, out var units));
                if (script != Any && script != last)
                {
                    if (start >= 0)
                        text.NextPieces.AddWord(start, i);
                    start = i;
                    last = script;
                }

                i += units;
            }

            if (start >= 0)
                text.NextPieces.AddWord(start, piece.End);
        }

        text.CommitPieces();
    }

    private static int ScriptNumber(string name) => UnicodeTables.Instance.Scripts.ToList().IndexOf(name);

    private int Script(int codePoint)
    {
        if (codePoint == ' ')
            return Any;
        var script = UnicodeTables.Instance.ScriptOf(codePoint);
        return codePoint == 0x30FC || script == _hiragana || script == _katakana ? _han : script;
    }
}
