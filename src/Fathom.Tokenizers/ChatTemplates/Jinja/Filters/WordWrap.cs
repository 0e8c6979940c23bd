using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The filter <c>wordwrap</c>: every line is wrapped on its own, at white space and behind hyphens between letters.</summary>
internal static class WordWrap
{
    public static StringValue Apply(Value?[] a)
    {
        UndefinedValue.Refuse(a[0]!);
        if (a[0] is not StringValue text) throw Errors.Attribute(a[0]!, "splitlines");
        var width = a[1] is null ? 79 : PythonNumbers.Clamp(a[1]!);
        if (width <= 0) throw Errors.Value($"invalid width {width} (must be > 0)");
        var wrap = a[3] is null or NoneValue ? "\n" : a[3]!.ToText();
        var lines = StringMethods.Lines(text.Text, keepEnds: false).Select(line => string.Join(wrap, Wrap(line, width, a[2]?.IsTrue ?? true, a[4]?.IsTrue ?? true)));
        var result = string.Join(wrap, lines);
        Budget.Allocate(result.Length);
        return new StringValue(result, text.IsMarkup);
    }

    private static List<string> Wrap(string line, int width, bool breakLong, bool breakHyphens)
    {
        var chunks = new Stack<string>(Chunks(line, breakHyphens).AsEnumerable().Reverse());
        var lines = new List<string>();
        while (chunks.Count > 0)
        {
            if (lines.Count > 0 && PythonText.IsBlank(chunks.Peek())) chunks.Pop();
            var current = new StringBuilder();
            var length = 0;
            while (chunks.TryPeek(out var chunk) && length + PythonText.CodePointCount(chunk) <= width)
            {
                current.Append(chunks.Pop());
                length += PythonText.CodePointCount(chunk);
            }

            if (chunks.TryPeek(out var next) && PythonText.CodePointCount(next) > width)
            {
                chunks.Pop();
                BreakLong(next, width - length, breakLong, current, chunks);
            }

            var text = PythonText.TrimEnd(current.ToString()).ToString();
            if (text.Length > 0) lines.Add(text);
            Budget.Work(1 + (line.Length >> 6));
        }

        return lines;
    }

    private static void BreakLong(string chunk, int space, bool breakLong, StringBuilder current, Stack<string> rest)
    {
        if (breakLong)
        {
            var value = new StringValue(chunk);
            var take = Math.Max(space, current.Length == 0 ? 1 : 0);
            current.Append(value.Range(0, take));
            rest.Push(value.Range(take, value.Length));
        }
        else if (current.Length == 0)
        {
            current.Append(chunk);
        }
        else
        {
            rest.Push(chunk);
        }
    }

    private static List<string> Chunks(string line, bool breakHyphens)
    {
        var chunks = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            var start = at;
            var space = PythonText.IsSpace(line[at]);
            while (at < line.Length && PythonText.IsSpace(line[at]) == space)
            {
                at++;
                // Behind a hyphen that stands between two letters and further letters, a word may be broken.
                if (!space && breakHyphens && line[at - 1] == '-' && at - start >= 3 && char.IsLetter(line[at - 2]) && char.IsLetter(line[at - 3]) && at + 1 < line.Length && char.IsLetter(line[at]) && char.IsLetter(line[at + 1])) break;
            }

            chunks.Add(line[start..at]);
        }

        return chunks;
    }
}
