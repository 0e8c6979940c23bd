namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>map</c>, <c>select</c>, <c>reject</c> and their kin: lazy, so errors come where the result is used.</summary>
internal static class SelectionFilters
{
    public static void AddTo(Dictionary<string, Filter> table)
    {
        table.Add("map", "sync_do_map", "!context value *args **kwargs", static (state, a) => new IteratorValue(Map(state, a), "sync_do_map"));
        AddSelect(table, "select", keep: true, byAttribute: false);
        AddSelect(table, "reject", keep: false, byAttribute: false);
        AddSelect(table, "selectattr", keep: true, byAttribute: true);
        AddSelect(table, "rejectattr", keep: false, byAttribute: true);
    }

    private static void AddSelect(Dictionary<string, Filter> table, string name, bool keep, bool byAttribute) =>
        table.Add(name, "sync_do_" + name, "!context value *args **kwargs", (state, a) => new IteratorValue(Select(state, a, keep, byAttribute), "select_or_reject"));

    private static IEnumerable<Value> Map(RenderState state, Value?[] a)
    {
        if (!a[0]!.IsTrue) yield break;
        var map = PrepareMap(state, ((TupleValue)a[1]!).Items, (DictValue)a[2]!);
        foreach (var item in a[0]!.Iterate())
        {
            state.Step();
            yield return map(item);
        }
    }

    private static Func<Value, Value> PrepareMap(RenderState state, Value[] positional, DictValue named)
    {
        if (positional.Length == 0 && named.Find("attribute") is { } attribute)
        {
            foreach (var key in named.Items.Keys)
            {
                if (key is not StringValue { Text: "attribute" or "default" }) throw Errors.FilterArgument($"Unexpected keyword argument {key.Repr()}");
            }

            var path = AttributePath.Parse(attribute);
            var missing = named.Find("default");
            return item => path.Find(item, missing);
        }

        if (positional.Length == 0) throw Errors.FilterArgument("map requires a filter argument");
        var rest = positional[1..];
        List<KeyValuePair<string, Value>> keywords = [.. named.Items.Select(static pair => new KeyValuePair<string, Value>(((StringValue)pair.Key).Text, pair.Value))];
        return item => FilterTable.Require(positional[0]).Apply(state, new Arguments([item, .. rest], keywords));
    }

    private static IEnumerable<Value> Select(RenderState state, Value?[] a, bool keep, bool byAttribute)
    {
        if (!a[0]!.IsTrue) yield break;
        var positional = ((TupleValue)a[1]!).Items;
        var named = (DictValue)a[2]!;
        AttributePath? path = null;
        if (byAttribute)
        {
            if (positional.Length == 0) throw Errors.FilterArgument("Missing parameter for attribute name");
            path = AttributePath.Parse(positional[0]);
            positional = positional[1..];
        }

        var rest = positional.Length > 0 ? positional[1..] : [];
        List<KeyValuePair<string, Value>> keywords = [.. named.Items.Select(static pair => new KeyValuePair<string, Value>(((StringValue)pair.Key).Text, pair.Value))];
        foreach (var item in a[0]!.Iterate())
        {
            state.Step();
            var value = path is null ? item : path.Find(item);
            var holds = positional.Length == 0 ? value.IsTrue : TestTable.Require(positional[0]).Holds(state, new Arguments([value, .. rest], keywords));
            if (holds == keep) yield return item;
        }
    }
}
