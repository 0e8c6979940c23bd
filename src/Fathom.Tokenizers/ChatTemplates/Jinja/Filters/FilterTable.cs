namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>All filters by name.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, Filter> Table = Build();

    public static Filter? Find(string name) => Table.GetValueOrDefault(name);

    /// <summary>A filter named by a value at run time, as <c>map</c> takes it.</summary>
    public static Filter Require(Value name) =>
        name is StringValue text && Find(text.Text) is { } filter ? filter : throw Missing("filter", name);

    public static TemplateException Missing(string kind, Value name)
    {
        var message = $"No {kind} named {name.Repr()}.";
        return Errors.Runtime(name is UndefinedValue undefined ? $"{message} ({undefined.Fail().Detail}; did you forget to quote the callable name?)" : message);
    }

    private static Dictionary<string, Filter> Build()
    {
        var table = new Dictionary<string, Filter>(StringComparer.Ordinal);
        TextFilters.AddTo(table);
        NumberFilters.AddTo(table);
        SequenceFilters.AddTo(table);
        SelectionFilters.AddTo(table);
        MarkupFilters.AddTo(table);
        return table;
    }

    public static void Add(this Dictionary<string, Filter> table, string name, string function, string parameters, Func<RenderState, Value?[], Value> body) =>
        table.Add(name, new Filter(new Signature(function, parameters), body));
}
