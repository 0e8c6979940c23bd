using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The filter <c>pprint</c>: <c>repr</c> with sorted dictionaries, one element a line where it is wider than 80.</summary>
internal static class PrettyPrinter
{
    private const int Width = 80;

    public static string Print(Value value)
    {
        var result = new StringBuilder();
        Write(value, result, indent: 0, trailing: 0);
        Budget.Allocate(result.Length);
        return result.ToString();
    }

    private static void Write(Value value, StringBuilder result, int indent, int trailing)
    {
        Budget.Work();
        var flat = Flat(value).Repr();
        if (flat.Length <= Width - indent - trailing || value is not (SequenceValue or DictValue) || value.LengthOrNull == 0)
        {
            result.Append(flat);
            return;
        }

        var open = value switch { ListValue => '[', TupleValue => '(', _ => '{' };
        var close = value switch { ListValue => ']', TupleValue => ')', _ => '}' };
        result.Append(open);
        var count = value.LengthOrNull!.Value;
        var index = 0;
        var inner = indent + 1;
        foreach (var item in value is DictValue dict ? Entries(dict) : value.Iterate().Select(static v => ((Value?)null, v)))
        {
            if (index > 0) result.Append(",\n").Append(' ', inner);
            var column = inner;
            if (item.Item1 is not null)
            {
                var key = item.Item1.Repr() + ": ";
                result.Append(key);
                column += key.Length;
            }

            index++;
            Write(item.Item2, result, column, index == count ? trailing + 1 : 1);
        }

        if (value is TupleValue && count == 1) result.Append(',');
        result.Append(close);
    }

    private static IEnumerable<(Value? Key, Value Value)> Entries(DictValue dict) => SortedItems(dict).Select(static pair => ((Value?)pair.Key, pair.Value));

    private static KeyValuePair<Value, Value>[] SortedItems(DictValue dict)
    {
        var items = dict.Items.ToArray();
        var sortable = items.All(static p => p.Key is StringValue) || items.All(static p => p.Key is IntValue or FloatValue or BoolValue);
        return Sorting.Sort(items, pair => sortable ? pair.Key : new TupleValue([new StringValue(pair.Key.TypeName), new StringValue(pair.Key.Repr())]));
    }

    private static Value Flat(Value value)
    {
        Budget.Work();
        switch (value)
        {
            case DictValue dict:
                var sorted = new DictBuilder();
                foreach (var (key, item) in SortedItems(dict)) sorted.Set(key, Flat(item));
                return sorted.Build();
            case ListValue list: return new ListValue(Array.ConvertAll(list.Items, Flat));
            case TupleValue tuple: return new TupleValue(Array.ConvertAll(tuple.Items, Flat));
            default: return value;
        }
    }
}
