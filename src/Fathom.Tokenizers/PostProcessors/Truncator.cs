namespace Fathom.Tokenizers.PostProcessors;

/// <summary>Shortens encodings before special tokens are put in.</summary>
internal static class Truncator
{
    /// <summary>Shortens one or two encodings so that together they have at most <paramref name="room"/> tokens.</summary>
    public static void Truncate(List<EncodingPart> parts, TruncationOptions options, int room)
    {
        var total = parts.Sum(p => p.Count);
        if (room <= 0 || total > room)
        {
            if (room <= 0)
            {
                for (var i = 0; i < parts.Count; i++)
                    parts[i] = Cut(parts[i], 0, options);
                return;
            }

            if (options.Strategy == TruncationStrategy.LongestFirst)
                CutLongest(parts, options, room);
            else
                CutOne(parts, options, total - room);
        }
    }

    private static void CutLongest(List<EncodingPart> parts, TruncationOptions options, int room)
    {
        if (parts.Count == 1)
        {
            parts[0] = Cut(parts[0], room, options);
            return;
        }

        var shorter = Math.Min(parts[0].Count, parts[1].Count);
        var longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + room % 2;
        }

        var swapped = parts[0].Count > parts[1].Count;
        parts[0] = Cut(parts[0], swapped ? longer : shorter, options);
        parts[1] = Cut(parts[1], swapped ? shorter : longer, options);
    }

    private static void CutOne(List<EncodingPart> parts, TruncationOptions options, int excess)
    {
        var index = options.Strategy == TruncationStrategy.OnlyFirst ? 0 : 1;
        if (index >= parts.Count)
            throw new FathomException("Truncation 'only_second' needs a second text, and there is none. Give a pair or choose another strategy.");
        if (parts[index].Count <= excess)
            throw new FathomException($"Truncation of the {(index == 0 ? "first" : "second")} text alone cannot remove {excess} tokens: it has only {parts[index].Count}. Choose 'longest_first' or a larger maximal length.");
        parts[index] = Cut(parts[index], parts[index].Count - excess, options);
    }

    private static EncodingPart Cut(EncodingPart part, int length, TruncationOptions options)
    {
        if (length >= part.Count)
            return part;
        if (length == 0)
            return new EncodingPart { Overflowing = [part] };
        if (options.Stride >= length)
            throw new FathomException($"Truncation's stride of {options.Stride} must be below the {length} tokens that are left once special tokens are counted. Lower the stride or raise the maximal length.");

        var step = length - options.Stride;
        var slices = new List<EncodingPart>();
        if (options.Side == TextSide.Right)
        {
            for (var start = 0; ; start += step)
            {
                var end = Math.Min(start + length, part.Count);
                slices.Add(part.Slice(start, end));
                if (end == part.Count)
                    break;
            }
        }
        else
        {
            for (var end = part.Count; ; end -= step)
            {
                var start = Math.Max(0, end - length);
                slices.Add(part.Slice(start, end));
                if (start == 0)
                    break;
            }
        }

        slices[0].Overflowing = slices[1..];
        return slices[0];
    }
}
