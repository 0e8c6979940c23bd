namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>range(start, stop, step)</c>, never longer than the sandbox allows.</summary>
internal sealed class RangeValue(int start, int stop, int step) : Value
{
    public int Start => start;

    public int Step => step;

    public int Count { get; } = (int)(step > 0 ? Math.Max(0, ((long)stop - start + step - 1) / step) : Math.Max(0, ((long)start - stop - step - 1) / -(long)step));

    public override string TypeName => "range";

    public override int? LengthOrNull => Count;

    public override bool IsIterable => true;

    public override IEnumerable<Value> Iterate()
    {
        for (var i = 0; i < Count; i++) yield return At(i);
    }

    public IntValue At(int index) => IntValue.Of((int)(start + ((long)index * step)));

    public override Value? FindItem(Value key)
    {
        if (!PythonNumbers.TryInteger(key, out var number)) return null;
        if (number < 0) number += Count;
        return number >= 0 && number < Count ? At((int)number) : null;
    }

    public override void WriteRepr(ReprWriter writer) => writer.Write(step == 1 ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})");

    public override int HashKey() => HashCode.Combine(Count, Count == 0 ? 0 : start, Count <= 1 ? 0 : step);

    public override bool IsEqual(Value other) => other is RangeValue range && range.Count == Count && (Count == 0 || (range.Start == start && (Count == 1 || range.Step == step)));

    public override Value? FindAttribute(string name) => name switch
    {
        "start" => IntValue.Of(start),
        "stop" => IntValue.Of(stop),
        "step" => IntValue.Of(step),
        "index" or "count" => SequenceMethods.Find(new TupleValue([.. Iterate()]), name),
        _ => Access.ContainerAttribute(name),
    };
}
