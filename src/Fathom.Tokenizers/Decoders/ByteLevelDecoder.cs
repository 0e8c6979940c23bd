using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Decoders;

/// <summary>Byte letters to bytes to text; a token with any other character counts as text.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>(tokens.Count * 4);
        foreach (var token in tokens)
            AppendBytes(token, bytes);
        return [Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes))];
    }

    /// <summary>Appends the bytes that a token stands for.</summary>
    public static void AppendBytes(string token, List<byte> bytes)
    {
        var before = bytes.Count;
        foreach (var c in token)
        {
            var value = ByteLetters.Byte(c);
            if (value < 0)
            {
                bytes.RemoveRange(before, bytes.Count - before);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }

            bytes.Add((byte)value);
        }
    }
}
