namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Values that can be gone through once: a generator of a filter, an iterator of <c>reverse</c>.</summary>
internal sealed class IteratorValue(IEnumerable<Value> source, string function, string typeName = "generator") : Value
{
    private IEnumerator<Value>? _items;

    public override string TypeName => typeName;

    public override bool IsIterable => true;

    public override IEnumerable<Value> Iterate()
    {
        _items ??= source.GetEnumerator();
        while (_items.MoveNext())
        {
            Budget.Work();
            yield return _items.Current;
        }
    }

    public override void WriteRepr(ReprWriter writer) => writer.Write(typeName == "generator" ? $"<generator object {function} at {Access.Address}>" : $"<{typeName} object at {Access.Address}>");
}
