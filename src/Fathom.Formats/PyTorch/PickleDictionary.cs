namespace Fathom.Formats;

/// <summary>A dictionary of a pickle, in the order of the file; keys are texts or whole numbers.</summary>
internal sealed class PickleDictionary
{
    private readonly OrderedDictionary<object, object?> _items = [];

    public IEnumerable<KeyValuePair<object, object?>> Items => _items;

    public int Count => _items.Count;

    public object? this[object key]
    {
        get => _items.GetValueOrDefault(key);
        set => _items[key] = value;
    }
}
