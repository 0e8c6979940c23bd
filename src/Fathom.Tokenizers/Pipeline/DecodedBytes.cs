using System.Buffers;
using Fathom.Tokenizers.Decoders;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>
/// Decoding where every id stands for bytes of its own: these are worked out once and kept. The table has one place an id and its
/// entries never change once published, so threads need no lock.
/// </summary>
/// <param name="limit">One more than the largest id.</param>
/// <param name="work">What an id stands for.</param>
internal sealed class DecodedBytes(int limit, Func<int, DecodedToken> work)
{
    private readonly DecodedToken?[] _entries = new DecodedToken?[limit];

    /// <summary>Of a byte-level vocabulary.</summary>
    public static DecodedBytes OfByteLevel(TextPipeline pipeline) => new(LimitOf(pipeline), id =>
    {
        var bytes = new List<byte>();
        var added = pipeline.Added.Decoded(id, out var skipped);
        if (added is not null)
            ByteLevelDecoder.AppendBytes(added, bytes);
        else
            AppendLetters(pipeline.Model.Vocabulary.Bytes(id), bytes);
        return new DecodedToken([.. bytes], skipped);
    });

    /// <summary>Adds the text of ids; bytes that are no UTF-8 become U+FFFD.</summary>
    public void Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens, ref TextBuffer text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(64, (int)Math.Min(Array.MaxLength, 6L * ids.Length)));
        try
        {
            var count = 0;
            foreach (var id in ids)
            {
                // A number that no token has stands for nothing.
                if ((uint)id >= (uint)_entries.Length)
                    continue;
                var entry = Volatile.Read(ref _entries[id]) ?? Fill(id);
                if (skipSpecialTokens && entry.Skipped)
                    continue;
                if (entry.Bytes.Length > bytes.Length - count)
                    bytes = Grown(bytes, count, checked(count + entry.Bytes.Length));
                entry.Bytes.CopyTo(bytes.AsSpan(count));
                count += entry.Bytes.Length;
            }

            text.AppendUtf8(bytes.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>One more than the largest id, added tokens included.</summary>
    public static int LimitOf(TextPipeline pipeline) =>
        Math.Max(pipeline.Model.Vocabulary.IdLimit, pipeline.Added.Tokens.Select(t => t.Id + 1).DefaultIfEmpty().Max());

    private static byte[] Grown(byte[] bytes, int count, int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * bytes.Length)));
        bytes.AsSpan(0, count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        return larger;
    }

    private DecodedToken Fill(int id)
    {
        var entry = work(id);
        Volatile.Write(ref _entries[id], entry);
        return entry;
    }

    /// <summary>Appends the bytes that a token of byte letters stands for; a token with any other character counts as text.</summary>
    public static void AppendLetters(ReadOnlySpan<byte> token, List<byte> bytes)
    {
        // Byte letters lie below U+0800, so each is one byte or two of UTF-8.
        var before = bytes.Count;
        for (var i = 0; i < token.Length; i++)
        {
            var letter = token[i] < 0x80 ? token[i] : (token[i] & 0xE0) == 0xC0 && i + 1 < token.Length ? ((token[i] & 0x1F) << 6) | (token[++i] & 0x3F) : 0xFFFF;
            var value = ByteLetters.Byte((char)letter);
            if (value < 0)
            {
                bytes.RemoveRange(before, bytes.Count - before);
                bytes.AddRange(token);
                return;
            }

            bytes.Add((byte)value);
        }
    }
}
