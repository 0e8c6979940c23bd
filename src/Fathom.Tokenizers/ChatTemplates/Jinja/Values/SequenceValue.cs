namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>What lists and tuples share.</summary>
internal abstract class SequenceValue(Value[] items) : Value
{
    public Value[] Items => items;

    public override int? LengthOrNull => items.Length;

    public override bool IsIterable => true;

    public override IEnumerable<Value> Iterate() => items;

    public override Value? FindItem(Value key)
    {
        if (!PythonNumbers.TryInteger(key, out var number)) return null;
        if (number < 0) number += items.Length;
        return number >= 0 && number < items.Length ? items[(int)number] : null;
    }

    public override Value? FindAttribute(string name) => SequenceMethods.Find(this, name) ?? Access.ContainerAttribute(name);

    protected bool HasEqualItems(SequenceValue other)
    {
        if (items.Length != other.Items.Length) return false;
        for (var i = 0; i < items.Length; i++)
        {
            if (!Comparing.AreSame(items[i], other.Items[i])) return false;
        }

        return true;
    }
}
