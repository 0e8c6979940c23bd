namespace Fathom.Tokenizers.Tests;

/// <summary>A second, tiny reader of SentencePiece models, for tests that need their character map.</summary>
internal static class SentencePieceProto
{
    /// <summary>Field 3 (normalizer_spec), field 2 (precompiled_charsmap).</summary>
    public static byte[] CharacterMap(byte[] model) => Field(Field(model, 3), 2);

    private static byte[] Field(byte[] message, int wanted)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    if (tag >> 3 == (ulong)wanted)
                        return message[at..(at + length)];
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    at += 8;
                    break;
            }
        }

        return [];
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = message[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }
}
