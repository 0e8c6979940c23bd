using System.Globalization;
using System.Text;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>
/// How a row of data becomes a text. Field names stand in braces (<c>{question}</c> and <c>{text}</c> for the text field,
/// <c>{answer}</c> for the answer field), <c>\n</c> is a line break, everything else itself. What comes before the answer is the
/// prompt; the blank before the answer's place belongs to the answer, since that is how it is generated. Where there is no
/// <c>{answer}</c>, the label's place <c>{label}</c> is the answer's: a class named in words.
/// </summary>
public sealed class SampleTemplate
{
    /// <summary>For rows with answers.</summary>
    public const string QuestionAndAnswer = "Q: {question}\\nA: {answer}";

    /// <summary>For rows without.</summary>
    public const string TextAlone = "{text}";

    private const string AnswerPlace = "answer";
    private const string LabelPlace = "label";
    private readonly List<(string Text, bool IsPlace)> _pieces;
    private readonly int _answer;

    private SampleTemplate(string source, List<(string Text, bool IsPlace)> pieces)
    {
        (Source, _pieces) = (source, pieces);
        _answer = pieces.IndexOf((AnswerPlace, true));
        if (_answer < 0) _answer = pieces.IndexOf((LabelPlace, true));
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>Whether it has a place for the answer.</summary>
    public bool HasAnswer => _answer >= 0;

    /// <summary>Whether the text field has a place of its own in the prompt, so that the text can be cut without the rest.</summary>
    public bool HasText => _pieces.FindIndex(piece => piece.IsPlace && IsText(piece.Text)) is >= 0 and var at && (!HasAnswer || at < _answer);

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
    /// <param name="row">The row.</param>
    /// <param name="text">What to put at the text's place instead of the row's text.</param>
    /// <exception cref="FathomException">The row has no such field.</exception>
    public (string Prompt, string Answer) Apply(DataRow row, string? text = null) => Apply(row, text, withAnswer: true);

    /// <summary>The prompt of a row alone, for generation; the row needs no answer.</summary>
    /// <param name="row">The row.</param>
    /// <param name="text">What to put at the text's place instead of the row's text.</param>
    /// <exception cref="FathomException">The row has no such field.</exception>
    public string Prompt(DataRow row, string? text = null) => Apply(row, text, withAnswer: false).Prompt;

    private (string Prompt, string Answer) Apply(DataRow row, string? text, bool withAnswer)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (prompt, answer) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < (withAnswer || !HasAnswer ? _pieces.Count : _answer); i++)
        {
            var (piece, isPlace) = _pieces[i];
            var target = HasAnswer && i >= _answer ? answer : prompt;
            if (!isPlace && i + 1 == _answer)
            {
                var kept = piece.TrimEnd(' ');
                prompt.Append(kept);
                answer.Append(piece.AsSpan(kept.Length));
                continue;
            }

            target.Append(!isPlace ? piece : text is not null && IsText(piece) ? text : Field(row, piece));
        }

        return (prompt.ToString(), answer.ToString());
    }

    private static bool IsText(string name) => name is "question" or "text";

    private static string Field(DataRow row, string name)
    {
        if (name == AnswerPlace && row.Answer is { } answer) return Plain(answer);
        if (name == LabelPlace && row.Label is { } label) return label;
        if (row.Fields.TryGetValue(name, out var value)) return value.Kind == DataValueKind.Number ? Plain(value.Text) : value.Text;
        return IsText(name)
            ? row.Text
            : throw new FathomException($"row {row.Index} (line {row.LineNumber}) has no field '{name}' that the template names; its fields are {string.Join(", ", row.Fields.Keys)}");
    }

    // 39.0 in JSON is the number 39: nobody answers so.
    private static string Plain(string number) =>
        number.EndsWith(".0", StringComparison.Ordinal) && long.TryParse(number.AsSpan(0, number.Length - 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? number[..^2] : number;
}
