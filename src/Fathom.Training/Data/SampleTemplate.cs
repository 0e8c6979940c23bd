using System.Globalization;
using System.Text;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>
/// How a row of data becomes a text. Field names stand in braces (<c>{question}</c> and <c>{text}</c> for the text field,
/// <c>{answer}</c> for the answer field), <c>\n</c> is a line break, everything else itself. What comes before the answer is the
/// prompt; the blank before the answer's place belongs to the answer, since that is how it is generated.
/// </summary>
public sealed class SampleTemplate
{
    /// <summary>For rows with answers.</summary>
    public const string QuestionAndAnswer = "Q: {question}\\nA: {answer}";

    /// <summary>For rows without.</summary>
    public const string TextAlone = "{text}";

    private const string AnswerPlace = "answer";
    private readonly List<(string Text, bool IsPlace)> _pieces;
    private readonly int _answer;

    private SampleTemplate(string source, List<(string Text, bool IsPlace)> pieces)
    {
        (Source, _pieces) = (source, pieces);
        _answer = pieces.IndexOf((AnswerPlace, true));
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Whether it has a place for the answer.</summary>
    public bool HasAnswer => _answer >= 0;

    /// <summary>Reads a template.</summary>
    /// <exception cref="FathomException">It has no place for a field, or a brace that is not closed.</exception>
    public static SampleTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var pieces = new List<(string Text, bool IsPlace)>();
        var rest = source.Replace("\\n", "\n", StringComparison.Ordinal);
        while (rest.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = rest.IndexOf('}', open);
            if (close < 0) throw new FathomException($"template '{source}': has a brace that is not closed");
            if (open > 0) pieces.Add((rest[..open], false));
            pieces.Add((rest[(open + 1)..close], true));
            rest = rest[(close + 1)..];
        }

        if (rest.Length > 0) pieces.Add((rest, false));
        return pieces.Exists(piece => piece.IsPlace) ? new SampleTemplate(source, pieces) : throw new FathomException($"template '{source}': has no place for a field, such as {{text}}");
    }

    /// <summary>The text of a row, in its two parts; without a place for the answer all of it is prompt.</summary>
    /// <exception cref="FathomException">The row has no such field.</exception>
    public (string Prompt, string Answer) Apply(DataRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (prompt, answer) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < _pieces.Count; i++)
        {
            var (text, isPlace) = _pieces[i];
            var target = HasAnswer && i >= _answer ? answer : prompt;
            if (!isPlace && i + 1 == _answer)
            {
                var kept = text.TrimEnd(' ');
                prompt.Append(kept);
                answer.Append(text.AsSpan(kept.Length));
                continue;
            }

            target.Append(isPlace ? Field(row, text) : text);
        }

        return (prompt.ToString(), answer.ToString());
    }

    /// <summary>The prompt of a row alone, for generation.</summary>
    public string Prompt(DataRow row) => Apply(row).Prompt;

    private static string Field(DataRow row, string name)
    {
        if (name == AnswerPlace && row.Answer is { } answer) return Plain(answer);
        if (row.Fields.TryGetValue(name, out var value)) return value.Kind == DataValueKind.Number ? Plain(value.Text) : value.Text;
        return name is "question" or "text"
            ? row.Text
            : throw new FathomException($"row {row.Index} (line {row.LineNumber}) has no field '{name}' that the template names; its fields are {string.Join(", ", row.Fields.Keys)}");
    }

    // 39.0 in JSON is the number 39: nobody answers so.
    private static string Plain(string number) =>
        number.EndsWith(".0", StringComparison.Ordinal) && long.TryParse(number.AsSpan(0, number.Length - 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? number[..^2] : number;
}
