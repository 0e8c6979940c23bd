using System.Text;

namespace Fathom.Tokenizers.Unicode;

/// <summary>Reads the LEB128 numbers of the table file.</summary>
internal ref struct VariableNumbers(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>The next number.</summary>
    public int Next()
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = _bytes[_at++];
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }

    /// <summary>The next text: its length, then ASCII.</summary>
    public string NextText()
    {
        var length = Next();
        var text = Encoding.ASCII.GetString(_bytes.Slice(_at, length));
        _at += length;
        return text;
    }
}
