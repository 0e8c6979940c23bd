using System.Globalization;
using Fathom.Formats;
using Fathom.Tokenizers;

namespace Fathom.Training;

/// <summary>Turns rows into samples for a classifier: the text's tokens, cut where there are too many, the end token where it is wanted, and the row's class.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">How a row becomes a text; without a place for an answer.</param>
/// <param name="labels">Names of the classes.</param>
/// <param name="maxLength">Tokens of a sample at most.</param>
/// <param name="cut">What is dropped of a text that is too long.</param>
/// <param name="endToken">Token to put after every text, never cut; none to put none.</param>
/// <param name="framed">Whether the special tokens that the tokenizer puts at both ends stay when a text is cut, as encoders want it.</param>
public sealed class LabelledEncoder(Tokenizer tokenizer, SampleTemplate template, IReadOnlyList<string> labels, int maxLength, Cut cut = Cut.End, int? endToken = null, bool framed = false)
{
    private readonly int _room = endToken is null ? maxLength : maxLength - 1;
    private readonly SampleEncoder _texts = new(tokenizer, template, LearnFrom.All, endToken is null ? maxLength : maxLength - 1, null, cut);
    private readonly Tokenizer? _framing = framed ? tokenizer.With(new TruncationOptions { MaxLength = maxLength }, null) : null;
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
            var cutBefore = _texts.Truncated;
            var (ids, _) = _framing is null ? _texts.Split(row, place) : (Framed(row), []);
            if (ids.Length == 0 || string.IsNullOrWhiteSpace(row.Text)) throw new FathomException($"{place}: sample {samples.Count} (line {row.LineNumber}) has nothing to learn from: its text is empty");
            if (ids.Length > _room || _texts.Truncated > cutBefore) Truncated++;
            samples.Add(new LabelledSample(endToken is { } end ? [.. ids.Take(_room), end] : [.. ids.Take(_room)], id));
        }

        return samples;
    }

    /// <summary>A text's tokens, whether or not the row has a label; the end token is not among them: a classifier's traces add it.</summary>
    /// <exception cref="FathomException">A field is missing, or the template alone is too long.</exception>
    public int[] Prompt(DataRow row, string place) => [.. _texts.Prompt(row, place).Take(_room)];

    private int[] Framed(DataRow row)
    {
        var encoding = _framing!.EncodeFull(template.Prompt(row));
        if (encoding.Overflowing.Count > 0) Truncated++;
        return encoding.Ids.ToArray();
    }

    private static string LabelOf(DataRow row, string place) =>
        row.Label ?? throw new FathomException($"{place}: line {row.LineNumber} has no label; name its field (data.label_field)");
}
