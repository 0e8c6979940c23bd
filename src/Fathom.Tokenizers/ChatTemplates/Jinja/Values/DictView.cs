namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>d.keys()</c>, <c>d.values()</c>, <c>d.items()</c>.</summary>
internal sealed class DictView(DictValue dict, DictViewKind kind) : Value
{
    public override string TypeName => kind switch { DictViewKind.Keys => "dict_keys", DictViewKind.Values => "dict_values", _ => "dict_items" };

    public override int? LengthOrNull => dict.Items.Count;

    public override bool IsIterable => true;

    /// <summary>Whether the view is one of Python's sets (keys and items are).</summary>
    public bool IsSet => kind != DictViewKind.Values;

    public override IEnumerable<Value> Iterate() => kind switch
    {
        DictViewKind.Keys => dict.Items.Keys,
        DictViewKind.Values => dict.Items.Values,
        _ => dict.Items.Select(static pair => (Value)new TupleValue([pair.Key, pair.Value])),
    };

    public override void WriteRepr(ReprWriter writer) => writer.WriteAll(TypeName + "([", Iterate(), "])");

    public override int HashKey() => IsSet ? throw Errors.Type($"unhashable type: '{TypeName}'") : base.HashKey();

    public override bool IsEqual(Value other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (!IsSet || other is not DictView { IsSet: true } view || view.LengthOrNull != LengthOrNull) return false;
        foreach (var item in Iterate())
        {
            if (!Comparing.Contains(view, item)) return false;
        }

        return true;
    }

    public override Value? FindAttribute(string name) => name == "mapping" ? dict : Access.ContainerAttribute(name);
}
