namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Fills encodings up to a length.</summary>
internal static class Padder
{
    private const int LongestPadded = 1 << 24;

    /// <summary>Fills a batch up to the length that the options ask for.</summary>
    public static void Pad(EncodingPart[] batch, PaddingOptions options)
    {
        if (batch.Length == 0)
            return;
        var length = options.Length ?? batch.Max(p => p.Count);
        if (options.MultipleOf is > 0 and var multiple && length % multiple != 0)
            length = (int)Math.Min(int.MaxValue, (long)length + multiple - length % multiple);
        if (length > LongestPadded)
            throw new FathomException($"Padding to {length} tokens is more than the {LongestPadded} that are allowed. Lower the length or the multiple.");
        for (var i = 0; i < batch.Length; i++)
            batch[i] = Pad(batch[i], length, options);
    }

    private static EncodingPart Pad(EncodingPart part, int length, PaddingOptions options)
    {
        var overflowing = part.Overflowing.ConvertAll(o => Pad(o, length, options));
        if (part.Count < length)
        {
            var more = length - part.Count;
            var ids = new int[more];
            var tokens = new string[more];
            Array.Fill(ids, options.PadId);
            Array.Fill(tokens, options.PadToken);
            var padding = EncodingPart.OfSpecial(ids, tokens, options.PadTypeId);
            padding.Attention = new int[more];
            part.Overflowing = [];
            part = options.Side == TextSide.Right ? part.Join(padding) : padding.Join(part);
        }

        part.Overflowing = overflowing;
        return part;
    }
}
