using System.Numerics;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>x[start:stop:step]</c> of texts, lists, tuples and ranges.</summary>
internal static class Slicing
{
    public static Value Slice(Value owner, SliceValue slice)
    {
        UndefinedValue.Refuse(owner);
        switch (owner)
        {
            case StringValue text: return SliceText(text, slice);
            case ListValue list: return new ListValue(Pick(list.Items, slice));
            case TupleValue tuple: return new TupleValue(Pick(tuple.Items, slice));
            case RangeValue range:
                var (first, last, step, _) = Resolve(slice, range.Count);
                return new RangeValue(range.Start + (first * range.Step), range.Start + (last * range.Step), range.Step * step);
            case DictValue: throw Errors.Type("unhashable type: 'slice'");
            default: throw Errors.Type($"'{owner.TypeName}' object is not subscriptable");
        }
    }

    private static StringValue SliceText(StringValue text, SliceValue slice)
    {
        var (first, _, step, count) = Resolve(slice, text.Length);
        Budget.Allocate(count);
        if (step == 1) return new StringValue(text.Range(first, first + count), text.IsMarkup);
        var result = new System.Text.StringBuilder(count);
        for (var i = 0; i < count; i++) result.Append(text.Range(first + (i * step), first + (i * step) + 1));
        return new StringValue(result.ToString(), text.IsMarkup);
    }

    private static Value[] Pick(Value[] items, SliceValue slice)
    {
        var (first, _, step, count) = Resolve(slice, items.Length);
        Budget.Allocate(count);
        var result = new Value[count];
        for (var i = 0; i < count; i++) result[i] = items[first + (i * step)];
        return result;
    }

    /// <summary>First index, the one behind the last, step and number of elements for a sequence of <paramref name="length"/>.</summary>
    private static (int First, int Last, int Step, int Count) Resolve(SliceValue slice, int length)
    {
        var step = (int)BigInteger.Clamp(Index(slice.Step) ?? 1, -int.MaxValue, int.MaxValue);
        if (step == 0) throw Errors.Value("slice step cannot be zero");
        var lowest = step < 0 ? -1 : 0;
        var highest = step < 0 ? length - 1 : length;
        var first = Bound(Index(slice.Start), length, lowest, highest) ?? (step < 0 ? highest : lowest);
        var last = Bound(Index(slice.Stop), length, lowest, highest) ?? (step < 0 ? lowest : highest);
        var span = step < 0 ? (long)first - last : (long)last - first;
        var count = span <= 0 ? 0 : (int)(((span - 1) / Math.Abs((long)step)) + 1);
        // A step longer than the sequence picks one element; keeping it short keeps the products above within range.
        return (first, last, count <= 1 ? Math.Sign(step) : step, count);
    }

    private static int? Bound(BigInteger? index, int length, int lowest, int highest)
    {
        if (index is not { } number) return null;
        if (number < 0) number += length;
        return (int)BigInteger.Clamp(number, lowest, highest);
    }

    private static BigInteger? Index(Value value)
    {
        if (value is NoneValue) return null;
        return PythonNumbers.TryInteger(value, out var number) ? number : throw Errors.Type("slice indices must be integers or None or have an __index__ method");
    }
}
