namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>How the sandbox looks up attributes and items: <c>a.b</c> prefers Python's attributes, <c>a['b']</c> the items; what is private or changes a value is refused.</summary>
internal static class Access
{
    /// <summary>What stands for a memory address in printed objects.</summary>
    public const string Address = "0x7f0000000000";

    public static Value Attribute(Value owner, string name)
    {
        if (owner is UndefinedValue && ContainerAttribute(name) is { } hidden) return Guard(owner, name, hidden);
        UndefinedValue.Refuse(owner);
        if (owner.FindAttribute(name) is { } attribute) return Guard(owner, name, attribute);
        var key = new StringValue(name);
        return owner.FindItem(key) ?? UndefinedValue.Member(owner, key);
    }

    /// <summary>The attribute only, without falling back on items, as the filter <c>attr</c> does.</summary>
    public static Value AttributeOnly(Value owner, string name)
    {
        UndefinedValue.Refuse(owner);
        return owner.FindAttribute(name) is { } attribute ? Guard(owner, name, attribute) : UndefinedValue.Member(owner, new StringValue(name));
    }

    public static Value Item(Value owner, Value key)
    {
        UndefinedValue.Refuse(owner);
        if (owner.FindItem(key) is { } item) return item;
        if (key is StringValue name && owner.FindAttribute(name.Text) is { } attribute) return Guard(owner, name.Text, attribute);
        return UndefinedValue.Member(owner, key);
    }

    private static Value Guard(Value owner, string name, Value attribute) =>
        name.StartsWith('_') || owner.IsMutator(name)
            ? new UndefinedValue($"access to attribute {PythonText.Repr(name)} of {PythonText.Repr(owner.TypeName)} object is unsafe.", isSecurity: true)
            : attribute;

    /// <summary>The private attributes that every Python object has; they exist, and are refused.</summary>
    public static Value? ObjectAttribute(string name) => name is "__class__" or "__doc__" or "__init__" or "__new__" or "__eq__" or "__ne__" or "__lt__" or "__le__" or "__gt__" or "__ge__" or "__hash__" or "__repr__" or "__str__" or "__format__" or "__getattribute__" or "__setattr__" or "__delattr__" or "__dir__" or "__reduce__" or "__reduce_ex__" or "__sizeof__" or "__subclasshook__" or "__init_subclass__"
        ? NoneValue.Instance
        : null;

    /// <summary>The same with what containers have besides.</summary>
    public static Value? ContainerAttribute(string name) => name is "__len__" or "__iter__" or "__contains__" or "__getitem__" ? NoneValue.Instance : ObjectAttribute(name);

    public static bool IsHashable(Value value) => value switch
    {
        ListValue or DictValue or SliceValue => false,
        DictView view => !view.IsSet,
        TupleValue tuple => Array.TrueForAll(tuple.Items, IsHashable),
        _ => true,
    };
}
