using Fathom.Tokenizers.PostProcessors;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>Makes full encodings from what the pipeline leaves in a workspace.</summary>
internal static class EncodingAssembler
{
    /// <summary>The encoding of one text.</summary>
    public static EncodingPart OfText(TextPipeline pipeline, string text, Workspace workspace, int type, bool parseSpecial = true)
    {
        pipeline.Run(text, workspace, tracked: true, parseSpecial);
        var part = Take(pipeline, workspace, type, null);
        part.Texts = [text];
        return part;
    }

    /// <summary>The encoding of a text that is cut into words already; offsets are those in each word.</summary>
    public static EncodingPart OfWords(TextPipeline pipeline, IReadOnlyList<string> words, Workspace workspace)
    {
        var whole = new EncodingPart();
        for (var i = 0; i < words.Count; i++)
        {
            pipeline.Run(words[i], workspace, tracked: true, parseSpecial: true);
            whole = whole.Join(Take(pipeline, workspace, 0, i));
        }

        whole.Texts = words;
        return whole;
    }

    /// <summary>Truncation, special tokens and joining.</summary>
    public static EncodingPart Assemble(List<EncodingPart> parts, IPostProcessor? processor, TruncationOptions? truncation, bool addSpecialTokens)
    {
        if (truncation is not null)
        {
            var added = addSpecialTokens && processor is not null ? processor.AddedTokens(parts.Count > 1) : 0;

            // As in the reference, a length that not even the special tokens fit in truncates nothing.
            if (truncation.MaxLength >= added)
                Truncator.Truncate(parts, truncation, truncation.MaxLength - added);
        }

        for (var i = 0; i < parts.Count; i++)
        {
            if (processor is not null || parts.Count > 1)
                parts[i].Mark(processor is null ? null : i, i);
            if (processor is not null)
                parts[i].Overflowing.ForEach(o => o.Mark(null, i));
        }

        return EncodingPart.Join(processor is null ? parts : processor.Process(parts, addSpecialTokens));
    }

    private static EncodingPart Take(TextPipeline pipeline, Workspace workspace, int type, int? word)
    {
        var sink = workspace.Sink;
        var count = sink.Count;
        var part = EncodingPart.OfSpecial(sink.Ids.ToArray(), new string[count], type);
        part.Special = new int[count];
        part.Words = sink.Words.ToArray();
        if (word is { } number)
            Array.Fill(part.Words, number);
        var text = workspace.Pieces.Text;
        for (var i = 0; i < count; i++)
        {
            part.Tokens[i] = sink.Texts[i] ?? pipeline.Model.Vocabulary.Token(part.Ids[i]) ?? "";
            part.Offsets[i] = TokenBorders.Source(text, sink.Starts[i], sink.Ends[i]);
        }

        return part;
    }
}
