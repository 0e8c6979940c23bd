namespace Fathom.Tokenizers.Text;

/// <summary>Turns growing UTF-8 byte positions of a text into UTF-16 positions.</summary>
internal ref struct Utf8Walker(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _unit;
    private int _byte;

    /// <summary>Start of the character that holds the byte at <paramref name="position"/>; the text's length behind its end.</summary>
    public int UnitHolding(int position)
    {
        while (_unit < _text.Length)
        {
            var size = SizeAt(_unit, out var units);
            if (_byte + size > position)
                break;
            _byte += size;
            _unit += units;
        }

        return _unit;
    }

    /// <summary>End of the character that holds the byte before <paramref name="position"/>.</summary>
    public int UnitBehind(int position)
    {
        var unit = UnitHolding(position - 1);
        if (unit >= _text.Length)
            return unit;
        SizeAt(unit, out var units);
        return unit + units;
    }

    private readonly int SizeAt(int unit, out int units)
    {
        var codePoint = CodePoints.At(_text, unit, out units);
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
