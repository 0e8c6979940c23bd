using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>json.dumps</c> with the parameters that transformers' <c>tojson</c> offers.</summary>
internal sealed class JsonPrinter(bool ensureAscii, string? indent, string itemSeparator, string keySeparator, bool sortKeys)
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public static string Print(Value value, bool ensureAscii, string? indent, string itemSeparator, string keySeparator, bool sortKeys)
    {
        var printer = new JsonPrinter(ensureAscii, indent, itemSeparator, keySeparator, sortKeys);
        printer.Write(value);
        Budget.Allocate(printer._text.Length);
        return printer._text.ToString();
    }

    private void Write(Value value)
    {
        Budget.Work();
        switch (value)
        {
            case StringValue text: WriteText(text.Text); break;
            case NoneValue: _text.Append("null"); break;
            case BoolValue b: _text.Append(b.Value ? "true" : "false"); break;
            case IntValue i: _text.Append(PythonNumbers.Repr(i.Number)); break;
            case FloatValue f: _text.Append(Number(f.Number)); break;
            case SequenceValue sequence: WriteList(sequence.Items); break;
            case DictValue dict: WriteDict(dict); break;
            default: throw Errors.Type($"Object of type {value.TypeName} is not JSON serializable");
        }
    }

    private static string Number(double number) => double.IsFinite(number) ? PythonNumbers.Repr(number) : double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    private void WriteList(Value[] items)
    {
        if (items.Length == 0)
        {
            _text.Append("[]");
            return;
        }

        Open('[');
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) Separate();
            Write(items[i]);
        }

        Close(']');
    }

    private void WriteDict(DictValue dict)
    {
        if (dict.Items.Count == 0)
        {
            _text.Append("{}");
            return;
        }

        Open('{');
        IEnumerable<KeyValuePair<Value, Value>> items = dict.Items;
        if (sortKeys) items = Sorting.Sort([.. dict.Items], static pair => pair.Key);
        var first = true;
        foreach (var (key, value) in items)
        {
            if (!first) Separate();
            first = false;
            WriteText(KeyText(key));
            _text.Append(keySeparator);
            Write(value);
        }

        Close('}');
    }

    private static string KeyText(Value key) => key switch
    {
        StringValue text => text.Text,
        NoneValue => "null",
        BoolValue b => b.Value ? "true" : "false",
        IntValue i => PythonNumbers.Repr(i.Number),
        FloatValue f => Number(f.Number),
        _ => throw Errors.Type($"keys must be str, int, float, bool or None, not {key.TypeName}"),
    };

    private void Open(char bracket)
    {
        _text.Append(bracket);
        _depth++;
        NewLine();
    }

    private void Close(char bracket)
    {
        _depth--;
        NewLine();
        _text.Append(bracket);
    }

    private void Separate()
    {
        _text.Append(itemSeparator);
        NewLine();
    }

    private void NewLine()
    {
        if (indent is null) return;
        _text.Append('\n');
        Budget.Allocate((long)indent.Length * _depth);
        for (var i = 0; i < _depth; i++) _text.Append(indent);
    }

    private void WriteText(string text)
    {
        Budget.Work(text.Length >> 5);
        _text.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\f': _text.Append("\\f"); break;
                case '\b': _text.Append("\\b"); break;
                default:
                    if (c < ' ' || (ensureAscii && c > '~')) _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    else _text.Append(c);
                    break;
            }
        }

        _text.Append('"');
    }
}
