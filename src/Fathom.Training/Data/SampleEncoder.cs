using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>
/// Turns rows into token samples: the prompt as generation will see it, then the answer's tokens as they follow it, then the end
/// token where there is room; what is too long is cut.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">How a row becomes a text.</param>
/// <param name="learnFrom">Which tokens are targets.</param>
/// <param name="maxLength">Tokens of a sample at most.</param>
/// <param name="endToken">Token after which generation stops; none to add none.</param>
/// <param name="cut">What is dropped of a sample that is too long.</param>
public sealed class SampleEncoder(Tokenizer tokenizer, SampleTemplate template, LearnFrom learnFrom, int maxLength, int? endToken, Cut cut = Cut.End)
{
    /// <summary>Samples that were cut.</summary>
    public int Truncated { get; private set; }

    /// <summary>Encodes rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="place">Where they come from, for messages.</param>
    /// <exception cref="FathomException">A sample has nothing to learn from, a field is missing, or the template and the answer alone are too long.</exception>
    public List<TokenSample> Encode(IEnumerable<DataRow> rows, string place)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (learnFrom == LearnFrom.Answer && !template.HasAnswer) throw new FathomException($"template '{template.Source}': to learn from the answer alone it needs a place {{answer}}");
        var samples = new List<TokenSample>();
        foreach (var row in rows)
        {
            var sample = Encode(row, place);
            if (sample.Targets == 0)
                throw new FathomException($"{place}: sample {samples.Count} (line {row.LineNumber}) has nothing to learn from: {(sample.Ids.Length >= maxLength ? $"its prompt alone fills the {maxLength} tokens of max_length" : "its text is empty")}");
            samples.Add(sample);
        }

        return samples;
    }

    /// <summary>A row's prompt and answer as tokens, without the end token; cut by <see cref="Cut.Text"/> alone.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="FathomException">A field is missing, the text is blank, or the template and the answer alone are too long.</exception>
    public (int[] Prompt, int[] Answer) Split(DataRow row, string place)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (learnFrom == LearnFrom.Answer && template.HasText && string.IsNullOrWhiteSpace(row.Text)) throw new FathomException($"{place}: line {row.LineNumber} has an answer but no text; give it one, or drop the row");
        return Fitted(row, place, Tokens);
    }

    /// <summary>A row's prompt as tokens, whether or not the row has an answer; cut by <see cref="Cut.Text"/> alone.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <exception cref="FathomException">A field is missing, or the template alone is too long.</exception>
    public int[] Prompt(DataRow row, string place)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Fitted(row, place, (cutRow, text) => (tokenizer.Encode(template.Prompt(cutRow, text)), [])).Prompt;
    }

    private (int[] Prompt, int[] Answer) Fitted(DataRow row, string place, Func<DataRow, string?, (int[] Prompt, int[] Answer)> tokens)
    {
        var whole = tokens(row, null);
        if (cut == Cut.End || Length(whole) <= maxLength) return whole;
        if (!template.HasText) throw new FathomException($"template '{template.Source}': to cut the text (data.cut: text) it needs a place {{text}} before the answer");
        var best = tokens(row, "");
        if (Length(best) >= maxLength)
        {
            var what = best.Answer.Length > 0 ? $"the template and '{template.Apply(row).Answer.Trim()}' take" : "the template takes";
            throw new FathomException($"{place}: line {row.LineNumber}: {what} {Length(best)} tokens, which leaves no room for the text in the {maxLength} of max_length; raise it");
        }

        var (kept, over) = (0, row.Text.Length);
        while (over - kept > 1)
        {
            var half = (kept + over) / 2;
            if (char.IsLowSurrogate(row.Text[half])) half = half - 1 > kept ? half - 1 : half + 1;
            if (half >= over) break;
            var tried = tokens(row, row.Text[..half]);
            if (Length(tried) > maxLength) over = half;
            else (kept, best) = (half, tried);
        }

        Truncated++;
        return best;
    }

    private static int Length((int[] Prompt, int[] Answer) sample) => sample.Prompt.Length + sample.Answer.Length;

    private TokenSample Encode(DataRow row, string place)
    {
        var (prompt, answer) = Split(row, place);
        List<int> ids = [.. prompt, .. answer];
        if (endToken is { } end && (ids.Count == 0 || ids[^1] != end)) ids.Add(end);
        if (ids.Count > maxLength)
        {
            // The end token alone did not fit: nothing of the sample is lost.
            if (cut == Cut.End || ids.Count > maxLength + 1) Truncated++;
            ids.RemoveRange(maxLength, ids.Count - maxLength);
        }

        return new TokenSample([.. ids], learnFrom == LearnFrom.Answer ? prompt.Length : 1);
    }

    // The answer's tokens are those that follow the prompt's in the whole: a tokenizer that begins every text with a blank would
    // otherwise put one between the two. Where the two run together they are encoded apart.
    private (int[] Prompt, int[] Answer) Tokens(DataRow row, string? text)
    {
        var (prompt, answer) = template.Apply(row, text);
        var before = tokenizer.Encode(prompt);
        if (!template.HasAnswer) return (before, []);
        var whole = tokenizer.Encode(prompt + answer);
        return whole.Length > before.Length && whole.AsSpan().StartsWith(before) ? (before, whole[before.Length..]) : (before, tokenizer.Encode(answer, addSpecialTokens: false));
    }
}
