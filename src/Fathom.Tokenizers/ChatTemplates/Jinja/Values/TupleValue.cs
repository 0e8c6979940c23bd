namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A tuple; a group of <c>groupby</c> also has names for its two items.</summary>
internal sealed class TupleValue(Value[] items, string[]? names = null) : SequenceValue(items)
{
    public override string TypeName => names is null ? "tuple" : "_GroupTuple";

    public override string ObjectName => names is null ? "tuple object" : "jinja2.filters._GroupTuple object";

    public override void WriteRepr(ReprWriter writer) => writer.WriteAll("(", Items, Items.Length == 1 ? ",)" : ")");

    public override int HashKey()
    {
        var hash = default(HashCode);
        foreach (var item in Items)
        {
            Budget.Work();
            hash.Add(item.HashKey());
        }

        return hash.ToHashCode();
    }

    public override bool IsEqual(Value other) => other is TupleValue tuple && HasEqualItems(tuple);

    public override Value? FindAttribute(string name)
    {
        var index = names is null ? -1 : Array.IndexOf(names, name);
        return index >= 0 ? Items[index] : base.FindAttribute(name);
    }
}
