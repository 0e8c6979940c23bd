using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>Turns rows into token samples: prompt and answer are encoded apart (as generation will see them), then the end token; what is too long is cut.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">How a row becomes a text.</param>
/// <param name="learnFrom">Which tokens are targets.</param>
/// <param name="maxLength">Tokens of a sample at most.</param>
/// <param name="endToken">Token after which generation stops; none to add none.</param>
public sealed class SampleEncoder(Tokenizer tokenizer, SampleTemplate template, LearnFrom learnFrom, int maxLength, int? endToken)
{
    /// <summary>Samples that were cut.</summary>
    public int Truncated { get; private set; }

    /// <summary>Encodes rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="place">Where they come from, for messages.</param>
    /// <exception cref="FathomException">A sample has nothing to learn from, or a field is missing.</exception>
    public List<TokenSample> Encode(IEnumerable<DataRow> rows, string place)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (learnFrom == LearnFrom.Answer && !template.HasAnswer) throw new FathomException($"template '{template.Source}': to learn from the answer alone it needs a place {{answer}}");
        var samples = new List<TokenSample>();
        foreach (var row in rows)
        {
            var sample = Encode(row);
            if (sample.Targets == 0)
                throw new FathomException($"{place}: sample {samples.Count} (line {row.LineNumber}) has nothing to learn from: {(sample.Ids.Length >= maxLength ? $"its prompt alone fills the {maxLength} tokens of max_length" : "its text is empty")}");
            samples.Add(sample);
        }

        return samples;
    }

    private TokenSample Encode(DataRow row)
    {
        var (prompt, answer) = template.Apply(row);
        var ids = new List<int>(tokenizer.Encode(prompt));
        var first = learnFrom == LearnFrom.Answer ? ids.Count : 1;
        if (template.HasAnswer) ids.AddRange(tokenizer.Encode(answer, addSpecialTokens: false));
        if (endToken is { } end && (ids.Count == 0 || ids[^1] != end)) ids.Add(end);
        if (ids.Count > maxLength)
        {
            ids.RemoveRange(maxLength, ids.Count - maxLength);
            Truncated++;
        }

        return new TokenSample([.. ids], first);
    }
}
