namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Filters on lists and other iterables.</summary>
internal static class SequenceFilters
{
    private static readonly string[] GroupNames = ["grouper", "list"];

    public static void AddTo(Dictionary<string, Filter> table)
    {
        table.Add("length", "@len", "obj", static (_, a) => Length(a[0]!));
        table.Add("count", "@len", "obj", static (_, a) => Length(a[0]!));
        table.Add("list", "sync_do_list", "value", static (_, a) => new ListValue(Collect(a[0]!)));
        table.Add("first", "sync_do_first", "!environment seq", static (_, a) => a[0]!.Iterate().FirstOrDefault() ?? new UndefinedValue("No first item, sequence was empty."));
        table.Add("last", "do_last", "!environment seq", static (_, a) => Last(a[0]!));
        table.Add("random", "do_random", "!context seq", static (state, a) => Random(state, a[0]!));
        table.Add("reverse", "do_reverse", "value", static (_, a) => Reverse(a[0]!));
        table.Add("join", "sync_do_join", "!eval_ctx value d? attribute?", static (state, a) => Join(state, a[0]!, a[1] ?? StringValue.Empty, a[2]));
        table.Add("sum", "sync_do_sum", "!environment iterable attribute? start?", static (_, a) => Sum(a[0]!, a[1], a[2] ?? IntValue.Of(0)));
        table.Add("min", "do_min", "!environment value case_sensitive? attribute?", static (_, a) => Extreme(a, smallest: true));
        table.Add("max", "do_max", "!environment value case_sensitive? attribute?", static (_, a) => Extreme(a, smallest: false));
        table.Add("sort", "do_sort", "!environment value reverse? case_sensitive? attribute?", static (_, a) => Sort(a));
        table.Add("unique", "sync_do_unique", "!environment value case_sensitive? attribute?", static (_, a) => new IteratorValue(Unique(a[0]!, a[1]?.IsTrue ?? false, a[2]), "sync_do_unique"));
        table.Add("groupby", "sync_do_groupby", "!environment value attribute default? case_sensitive?", static (_, a) => GroupBy(a[0]!, a[1]!, a[2], a[3]?.IsTrue ?? false));
        table.Add("batch", "do_batch", "value linecount fill_with?", static (_, a) => new IteratorValue(Batch(a[0]!, a[1]!, a[2]), "do_batch"));
        table.Add("slice", "sync_do_slice", "value slices fill_with?", static (_, a) => new IteratorValue(Slice(a[0]!, a[1]!, a[2]), "sync_do_slice"));
        table.Add("dictsort", "do_dictsort", "value case_sensitive? by? reverse?", static (_, a) => DictSort(a));
        table.Add("items", "do_items", "value", static (_, a) => new IteratorValue(Items(a[0]!), "do_items"));
        table.Add("attr", "do_attr", "!environment obj name", static (_, a) => Access.AttributeOnly(a[0]!, a[1]!.ToText()));
        table.Add("default", "do_default", "value default_value? boolean?", static (_, a) => Default(a));
        table.Add("d", "do_default", "value default_value? boolean?", static (_, a) => Default(a));
    }

    /// <summary>All elements, counted against the budget while they come.</summary>
    public static Value[] Collect(Value value)
    {
        var items = new List<Value>();
        foreach (var item in value.Iterate())
        {
            Budget.Allocate(1);
            items.Add(item);
        }

        return [.. items];
    }

    private static IntValue Length(Value value) => value.LengthOrNull is { } length ? IntValue.Of(length) : throw Errors.Type($"object of type '{value.TypeName}' has no len()");

    private static Value Default(Value?[] a) => a[0] is UndefinedValue || ((a[2]?.IsTrue ?? false) && !a[0]!.IsTrue) ? a[1] ?? StringValue.Empty : a[0]!;

    private static bool IsReversible(Value value) => value is StringValue or SequenceValue or DictValue or DictView or RangeValue or UndefinedValue or BytesValue;

    private static Value Last(Value value)
    {
        if (!IsReversible(value)) throw Errors.Type($"'{value.TypeName}' object is not reversible");
        return Collect(value).LastOrDefault() ?? new UndefinedValue("No last item, sequence was empty.");
    }

    private static Value Random(RenderState state, Value value)
    {
        var length = ((IntValue)Length(value)).Number;
        if (length.IsZero) return new UndefinedValue("No random item, sequence was empty.");
        var key = IntValue.Of(state.NextRandom((int)length));
        return value.FindItem(key) ?? throw Errors.Key(key.Repr());
    }

    private static Value Reverse(Value value)
    {
        if (value is StringValue text) return Slicing.Slice(text, new SliceValue(NoneValue.Instance, NoneValue.Instance, IntValue.Of(-1)));
        if (!value.IsIterable) throw Errors.FilterArgument("argument must be iterable");
        var items = Collect(value);
        Array.Reverse(items);
        if (!IsReversible(value)) return new ListValue(items);
        var name = value switch
        {
            ListValue => "list_reverseiterator",
            DictValue => "dict_reversekeyiterator",
            RangeValue => "range_iterator",
            DictView view => view.TypeName.Replace("dict_", "dict_reverse", StringComparison.Ordinal).TrimEnd('s') + "iterator",
            _ => "reversed",
        };
        return new IteratorValue(items, "", name);
    }

    private static StringValue Join(RenderState state, Value value, Value separator, Value? attribute)
    {
        IEnumerable<Value> items = value.Iterate();
        if (attribute is not (null or NoneValue))
        {
            var path = AttributePath.Parse(attribute);
            items = items.Select(item => path.Find(item));
        }

        var all = items.ToArray();
        var markup = state.Autoescape && (separator is StringValue { IsMarkup: true } || Array.Exists(all, static v => v is StringValue { IsMarkup: true }));
        string Text(Value item) => markup ? Markup.Escape(item).Text : item.ToText();
        var between = Text(separator);
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < all.Length; i++)
        {
            if (i > 0) result.Append(between);
            var text = Text(all[i]);
            Budget.Allocate(text.Length + between.Length);
            result.Append(text);
        }

        return new StringValue(result.ToString(), markup);
    }

    private static Value Sum(Value value, Value? attribute, Value start)
    {
        if (start is StringValue) throw Errors.Type("sum() can't sum strings [use ''.join(seq) instead]");
        var path = AttributePath.Parse(attribute);
        foreach (var item in value.Iterate()) start = Arithmetic.Binary(BinaryOperator.Add, start, path.Find(item));
        return start;
    }

    private static Value Extreme(Value?[] a, bool smallest)
    {
        var path = AttributePath.Parse(a[2]);
        var caseSensitive = a[1]?.IsTrue ?? false;
        Value? best = null;
        Value? bestKey = null;
        foreach (var item in a[0]!.Iterate())
        {
            var key = AttributePath.IgnoreCase(path.Find(item), caseSensitive);
            if (best is not null && !Comparing.Holds(smallest ? Comparison.Less : Comparison.Greater, key, bestKey!)) continue;
            (best, bestKey) = (item, key);
        }

        return best ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static ListValue Sort(Value?[] a)
    {
        var paths = AttributePath.ParseSeveral(a[3]);
        var caseSensitive = a[2]?.IsTrue ?? false;
        return new ListValue(Sorting.Sort(Collect(a[0]!), item => new ListValue(Array.ConvertAll(paths, path => AttributePath.IgnoreCase(path.Find(item), caseSensitive))), IsReversed(a[1])));
    }

    private static bool IsReversed(Value? value) =>
        value is not null && (PythonNumbers.TryInteger(value, out var number) ? !number.IsZero : throw Errors.Type($"'{value.TypeName}' object cannot be interpreted as an integer"));

    private static IEnumerable<Value> Unique(Value value, bool caseSensitive, Value? attribute)
    {
        var path = AttributePath.Parse(attribute);
        var seen = new HashSet<Value>(KeyComparer.Instance);
        foreach (var item in value.Iterate())
        {
            if (seen.Add(AttributePath.IgnoreCase(path.Find(item), caseSensitive))) yield return item;
        }
    }

    private static ListValue GroupBy(Value value, Value attribute, Value? missing, bool caseSensitive)
    {
        var path = AttributePath.Parse(attribute);
        Value Key(Value item) => AttributePath.IgnoreCase(path.Find(item, missing), caseSensitive);
        var groups = new List<(Value Key, List<Value> Items)>();
        foreach (var item in Sorting.Sort(Collect(value), Key))
        {
            var key = Key(item);
            if (groups.Count == 0 || !Comparing.AreSame(groups[^1].Key, key)) groups.Add((key, []));
            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => (Value)new TupleValue([caseSensitive ? group.Key : path.Find(group.Items[0], missing), new ListValue([.. group.Items])], GroupNames))]);
    }

    private static IEnumerable<Value> Batch(Value value, Value lineCount, Value? fill)
    {
        var batch = new List<Value>();
        foreach (var item in value.Iterate())
        {
            if (Comparing.AreEqual(IntValue.Of(batch.Count), lineCount))
            {
                yield return new ListValue([.. batch]);
                batch.Clear();
            }

            Budget.Allocate(1);
            batch.Add(item);
        }

        if (batch.Count == 0) yield break;
        if (fill is not (null or NoneValue))
        {
            var missing = Math.Max(0, (long)PythonNumbers.Clamp(lineCount) - batch.Count);
            Budget.Allocate(missing);
            if (missing > int.MaxValue / 8) throw Errors.Limit("a batch filled up this far is too long");
            batch.AddRange(Enumerable.Repeat(fill, (int)missing));
        }

        yield return new ListValue([.. batch]);
    }

    private static IEnumerable<Value> Slice(Value value, Value slices, Value? fill)
    {
        var items = Collect(value);
        var count = PythonNumbers.Clamp(slices);
        if (count == 0) throw Errors.DivisionByZero("integer division or modulo by zero");
        var perSlice = Math.DivRem(items.Length, count, out var extra);
        var offset = 0;
        for (var number = 0; number < count; number++)
        {
            Budget.Work();
            var start = offset + (number * perSlice);
            if (number < extra) offset++;
            var end = offset + ((number + 1) * perSlice);
            Value[] part = items[start..end];
            if (fill is not (null or NoneValue) && number >= extra) part = [.. part, fill];
            yield return new ListValue(part);
        }
    }

    private static ListValue DictSort(Value?[] a)
    {
        var by = a[2] is null ? "key" : (a[2] as StringValue)?.Text;
        if (by is not ("key" or "value")) throw Errors.FilterArgument("You can only sort by either \"key\" or \"value\"");
        UndefinedValue.Refuse(a[0]!);
        if (a[0] is not DictValue dict) throw Errors.Attribute(a[0]!, "items");
        var caseSensitive = a[1]?.IsTrue ?? false;
        var sorted = Sorting.Sort([.. dict.Items], pair => AttributePath.IgnoreCase(by == "key" ? pair.Key : pair.Value, caseSensitive), IsReversed(a[3]));
        return new ListValue(Array.ConvertAll(sorted, static pair => (Value)new TupleValue([pair.Key, pair.Value])));
    }

    private static IEnumerable<Value> Items(Value value)
    {
        if (value is UndefinedValue) yield break;
        if (value is not DictValue dict) throw Errors.Type("Can only get item pairs from a mapping.");
        foreach (var (key, item) in dict.Items) yield return new TupleValue([key, item]);
    }
}
