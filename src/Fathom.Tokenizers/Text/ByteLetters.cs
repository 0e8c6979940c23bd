namespace Fathom.Tokenizers.Text;

/// <summary>
/// The 256 letters by which byte-level vocabularies write bytes: printable Latin-1 characters stand for themselves, the others
/// are numbered from U+0100 (GPT-2's table).
/// </summary>
internal static class ByteLetters
{
    private static readonly char[] LetterOfByte = MakeLetters();
    private static readonly short[] ByteOfLetter = MakeBytes();

    /// <summary>The letter of a byte.</summary>
    public static char Letter(byte value) => LetterOfByte[value];

    /// <summary>The byte of a letter, or -1 where the character is none of the 256 letters.</summary>
    public static int Byte(char letter) => letter < ByteOfLetter.Length ? ByteOfLetter[letter] : -1;

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            letters[value] = (char)(printable ? value : next++);
        }

        return letters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[256 + 68];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
            bytes[LetterOfByte[value]] = (short)value;
        return bytes;
    }
}
