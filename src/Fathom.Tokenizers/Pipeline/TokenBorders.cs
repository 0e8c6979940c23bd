using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>Where the tokens of a text lie in it, and which borders between two of them are borders in the text as well.</summary>
internal static class TokenBorders
{
    private const char Mark = '\u2581';

    /// <summary>Whether a position holds a single space between two ASCII letters.</summary>
    public static bool IsPlace(ReadOnlySpan<char> text, int at) =>
        at > 0 && at + 1 < text.Length && text[at] == ' ' && char.IsAsciiLetter(text[at - 1]) && char.IsAsciiLetter(text[at + 1]);

    /// <summary>The last border between two words that lies before a position and at such a place.</summary>
    /// <param name="workspace">The tokens of the text, tracked.</param>
    /// <param name="text">The text.</param>
    /// <param name="before">The position.</param>
    /// <param name="atMarks">Whether marks for spaces part tokens for good, though the text is one word to the model.</param>
    /// <param name="tokens">Number of tokens before the border.</param>
    /// <param name="place">Where the space is.</param>
    public static bool TryLast(Workspace workspace, ReadOnlySpan<char> text, int before, bool atMarks, out int tokens, out int place)
    {
        var sink = workspace.Sink;
        var normal = workspace.Pieces.Text;
        for (tokens = sink.Count - 1; tokens > 0; tokens--)
        {
            place = Source(normal, sink.Starts[tokens - 1], sink.Ends[tokens - 1]).End;
            if (place > before || !IsPlace(text, place) || Source(normal, sink.Starts[tokens], sink.Ends[tokens]).Start < place)
                continue;
            if (sink.Words[tokens] != sink.Words[tokens - 1] || (atMarks && normal.Chars[sink.Starts[tokens]] == Mark))
                return true;
        }

        place = 0;
        return false;
    }

    /// <summary>The range of the source text that a range of the text at the end of the pipeline came from.</summary>
    public static (int Start, int End) Source(AlignedText text, int start, int end)
    {
        if (start < end)
            return (text.StartOf(start), text.EndOf(end - 1));
        var at = start < text.Length ? text.StartOf(start) : text.Length > 0 ? text.EndOf(text.Length - 1) : 0;
        return (at, at);
    }

    /// <summary>Number of the first tokens, at most so many, that end where no later token begins before.</summary>
    public static int CountFromStart(Workspace workspace, int most)
    {
        var count = Math.Min(most, workspace.Sink.Count);
        while (count > 0 && count < workspace.Sink.Count && !IsClean(workspace, count))
            count--;
        return count;
    }

    /// <summary>Number of the last tokens, at most so many, that begin where no earlier token ends behind.</summary>
    public static int CountFromEnd(Workspace workspace, int most)
    {
        var all = workspace.Sink.Count;
        var count = Math.Min(most, all);
        while (count > 0 && count < all && !IsClean(workspace, all - count))
            count--;
        return count;
    }

    // Tokens of one character's bytes share its range.
    private static bool IsClean(Workspace workspace, int border)
    {
        var (sink, text) = (workspace.Sink, workspace.Pieces.Text);
        return Source(text, sink.Starts[border - 1], sink.Ends[border - 1]).End <= Source(text, sink.Starts[border], sink.Ends[border]).Start;
    }
}
