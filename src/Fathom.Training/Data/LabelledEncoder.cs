using System.Globalization;
using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>Turns rows into samples for a classifier: the text's tokens, cut at the end where there are too many, and the row's class.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">How a row becomes a text; without a place for an answer.</param>
/// <param name="labels">Names of the classes.</param>
/// <param name="maxLength">Tokens of a sample at most.</param>
public sealed class LabelledEncoder(Tokenizer tokenizer, SampleTemplate template, IReadOnlyList<string> labels, int maxLength)
{
    private readonly Dictionary<string, int> _classes = labels.Select((label, id) => (label, id)).ToDictionary(pair => pair.label, pair => pair.id, StringComparer.Ordinal);

    /// <summary>Samples that were cut.</summary>
    public int Truncated { get; private set; }

    /// <summary>The classes that rows name: whole numbers in their order, anything else in the order of its characters.</summary>
    /// <exception cref="FathomException">A row has no label, or all have the same.</exception>
    public static IReadOnlyList<string> ClassesOf(IEnumerable<DataRow> rows, string place)
    {
        var names = rows.Select(row => LabelOf(row, place)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count < 2) throw new FathomException($"{place}: a classifier needs at least two classes, every row is '{names.FirstOrDefault()}'");
        return names.TrueForAll(name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? [.. names.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture))]
            : names;
    }

    /// <summary>Encodes rows.</summary>
    /// <exception cref="FathomException">A row has no label or one that is no class, or its text is empty.</exception>
    public List<LabelledSample> Encode(IEnumerable<DataRow> rows, string place)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var samples = new List<LabelledSample>();
        foreach (var row in rows)
        {
            var label = LabelOf(row, place);
            if (!_classes.TryGetValue(label, out var id)) throw new FathomException($"{place}: line {row.LineNumber} has the label '{label}', the classes are {string.Join(", ", labels)}");
            var ids = tokenizer.Encode(template.Prompt(row));
            if (ids.Length == 0) throw new FathomException($"{place}: sample {samples.Count} (line {row.LineNumber}) has nothing to learn from: its text is empty");
            if (ids.Length > maxLength) Truncated++;
            samples.Add(new LabelledSample([.. ids.Take(maxLength)], id));
        }

        return samples;
    }

    private static string LabelOf(DataRow row, string place) =>
        row.Label ?? throw new FathomException($"{place}: line {row.LineNumber} has no label; name its field (data.label_field)");
}
