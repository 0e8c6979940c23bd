namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>namespace(…)</c>: the one thing a template may change.</summary>
internal sealed class NamespaceValue : Value
{
    private readonly OrderedDictionary<Value, Value> _items = new(KeyComparer.Instance);

    public override string TypeName => "Namespace";

    public override string ObjectName => "jinja2.utils.Namespace object";

    public void Set(string name, Value value)
    {
        if (name.StartsWith('_'))
        {
            throw Errors.Security($"Chat templates cannot store underscore-prefixed attributes on a namespace, but got {PythonText.Repr(name)}. Please rename the attribute.");
        }

        Budget.Allocate(2);
        _items[new StringValue(name)] = value;
    }

    public override Value? FindAttribute(string name) => _items.TryGetValue(new StringValue(name), out var value) ? value : Access.ObjectAttribute(name);

    public override void WriteRepr(ReprWriter writer)
    {
        writer.Write("<Namespace ");
        writer.Write(new DictValue(_items));
        writer.Write(">");
    }
}
