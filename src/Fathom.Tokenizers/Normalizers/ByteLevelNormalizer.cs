using System.Buffers;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Normalizers;

/// <summary>Writes each byte of UTF-8 as its letter.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(NormalText text)
    {
        var chars = text.Current.Chars;
        var results = new List<(int CodePoint, int Change)>(chars.Length * 2);
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < chars.Length;)
        {
            if (Rune.DecodeFromUtf16(chars[at..], out var rune, out var units) != OperationStatus.Done)
                rune = Rune.ReplacementChar;
            at += units;
            var count = rune.EncodeToUtf8(bytes);
            for (var i = 0; i < count; i++)
                results.Add((ByteLetters.Letter(bytes[i]), i == 0 ? 0 : 1));
        }

        text.Transform(results, 0);
    }
}
