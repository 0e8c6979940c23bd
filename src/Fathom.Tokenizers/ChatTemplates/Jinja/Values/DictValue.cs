namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A dictionary in the order of insertion. The sandbox lets nothing change it.</summary>
internal sealed class DictValue(OrderedDictionary<Value, Value> items) : Value
{
    public OrderedDictionary<Value, Value> Items => items;

    public override string TypeName => "dict";

    public override int? LengthOrNull => items.Count;

    public override bool IsIterable => true;

    public override IEnumerable<Value> Iterate() => items.Keys;

    public override int HashKey() => throw Errors.Type("unhashable type: 'dict'");

    public override Value? FindItem(Value key) => Access.IsHashable(key) && items.TryGetValue(key, out var value) ? value : null;

    public Value? Find(string name) => items.TryGetValue(new StringValue(name), out var value) ? value : null;

    public override Value? FindAttribute(string name) => DictMethods.Find(this, name) ?? Access.ContainerAttribute(name);

    public override bool IsMutator(string name) => name is "clear" or "pop" or "popitem" or "setdefault" or "update";

    public override bool IsEqual(Value other)
    {
        if (other is not DictValue dict || dict.Items.Count != items.Count) return false;
        foreach (var (key, value) in items)
        {
            if (!dict.Items.TryGetValue(key, out var found) || !Comparing.AreSame(value, found)) return false;
        }

        return true;
    }

    public override void WriteRepr(ReprWriter writer)
    {
        writer.Write("{");
        var first = true;
        foreach (var (key, value) in items)
        {
            if (!first) writer.Write(", ");
            first = false;
            writer.Write(key);
            writer.Write(": ");
            writer.Write(value);
        }

        writer.Write("}");
    }
}
