using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>Turns rows into pairs: the text field and the answer field, each with the tokenizer's special tokens, cut where too long.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="maxLength">Tokens of a text at most.</param>
/// <param name="prepare">What the model has done to a text before it is tokenised: a prompt, lower case.</param>
public sealed class PairEncoder(Tokenizer tokenizer, int maxLength, Func<string, string> prepare)
{
    private readonly Tokenizer _tokenizer = tokenizer.With(new TruncationOptions { MaxLength = maxLength }, null);

    /// <summary>Texts that were cut.</summary>
    public int Truncated { get; private set; }

    /// <summary>Encodes rows.</summary>
    /// <exception cref="FathomException">A row lacks one of its texts.</exception>
    public List<PairSample> Encode(IEnumerable<DataRow> rows, string place)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return [.. rows.Select(row => string.IsNullOrWhiteSpace(row.Text) || string.IsNullOrWhiteSpace(row.Answer)
            ? throw new FathomException($"{place}: line {row.LineNumber} is not a pair of texts; name their fields (data.text_field, data.answer_field)")
            : new PairSample(Ids(row.Text), Ids(row.Answer)))];
    }

    private int[] Ids(string text)
    {
        var encoding = _tokenizer.EncodeFull(prepare(text));
        if (encoding.Overflowing.Count > 0) Truncated++;
        return encoding.Ids.ToArray();
    }
}
