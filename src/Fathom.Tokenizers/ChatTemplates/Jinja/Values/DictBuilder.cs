namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Collects the entries of a dictionary; the first key and the last value of equal keys count, as in Python.</summary>
internal sealed class DictBuilder
{
    private readonly OrderedDictionary<Value, Value> _items = new(KeyComparer.Instance);

    public int Count => _items.Count;

    public void Set(Value key, Value value)
    {
        Budget.Allocate(2);
        _items[key] = value;
    }

    public void SetAll(DictValue dict)
    {
        foreach (var (key, value) in dict.Items) Set(key, value);
    }

    public void Remove(Value key) => _items.Remove(key);

    public bool Contains(Value key) => _items.ContainsKey(key);

    public DictValue Build() => new(_items);
}
