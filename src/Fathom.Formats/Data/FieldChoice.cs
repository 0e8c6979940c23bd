using System.Diagnostics.CodeAnalysis;

namespace Fathom.Formats;

/// <summary>Which fields of the rows are text, label and answer; settled by the first row.</summary>
internal sealed class FieldChoice(string file, DataOptions options, string[] textFields)
{
    private const string DefaultLabel = "label";
    private const string DefaultAnswer = "answer";

    private string? _text = options.TextField;

    public bool TryRow(RawRow raw, int index, [NotNullWhen(true)] out DataRow? row, [NotNullWhen(false)] out string? problem)
    {
        row = null;
        var fields = raw.Fields!;
        _text ??= Array.Find(textFields, fields.ContainsKey)
            ?? throw new FathomException($"{file}: line {raw.LineNumber}: has none of the usual text fields ({string.Join(", ", textFields)}); its fields are {FileErrors.List(fields.Keys)}: name the one to read (--text-field)");
        problem = WhyNot(fields, _text, "text") ?? WhyNot(fields, options.LabelField, "label") ?? WhyNot(fields, options.AnswerField, "answer");
        if (problem is not null) return false;
        var text = fields[_text].Text;
        if (options.Trim && text.Trim() is var trimmed && trimmed.Length < text.Length) fields[_text] = new DataValue(text = trimmed);
        row = new DataRow(index, raw.LineNumber, fields, text, Find(fields, options.LabelField ?? DefaultLabel), Find(fields, options.AnswerField ?? DefaultAnswer));
        return true;
    }

    private static string? WhyNot(OrderedDictionary<string, DataValue> fields, string? name, string role)
    {
        if (name is null) return null;
        if (!fields.TryGetValue(name, out var value)) return $"has no field {FileErrors.Quote(name)} for the {role}; its fields are {FileErrors.List(fields.Keys)}";
        return value.Kind switch
        {
            DataValueKind.Null => $"the {role} field {FileErrors.Quote(name)} is null",
            DataValueKind.Nested when role == "text" => $"the {role} field {FileErrors.Quote(name)} is an array or an object, a string was expected",
            _ => null,
        };
    }

    private static string? Find(OrderedDictionary<string, DataValue> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.Kind != DataValueKind.Null ? value.Text : null;
}
