namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopValue : Value, IDisposable
{
    private readonly Func<Value, int, Value>? _recurse;
    private readonly int _depth0;
    private IEnumerator<Value> _items;
    private int? _length;
    private int _index0 = -1;
    private Value? _current;
    private Value? _before;
    private Value? _after;
    private Value? _lastChanged;

    public LoopValue(IEnumerable<Value> source, int? length, int depth0, Func<Value, int, Value>? recurse)
    {
        _items = source.GetEnumerator();
        _length = length;
        _depth0 = depth0;
        _recurse = recurse;
    }

    public override string TypeName => "LoopContext";

    public override string ObjectName => "jinja2.runtime.LoopContext object";

    public override int? LengthOrNull => Length();

    public override bool IsIterable => true;

    public override bool IsCallable => true;

    public Value Current => _current!;

    public bool MoveNext()
    {
        Value? next;
        if (_after is not null) (next, _after) = (_after, null);
        else next = _items.MoveNext() ? _items.Current : null;
        if (next is null) return false;
        _index0++;
        _before = _current;
        _current = next;
        return true;
    }

    public override IEnumerable<Value> Iterate()
    {
        while (MoveNext()) yield return new TupleValue([Current, this]);
    }

    public override Value Call(RenderState state, Arguments arguments)
    {
        var values = RecurseSignature.Bind(arguments)[0]!;
        if (_recurse is null) throw Errors.Type("The loop must have the 'recursive' marker to be called recursively.");
        return _recurse(values, _depth0 + 1);
    }

    public override Value? FindAttribute(string name) => name switch
    {
        "index0" => IntValue.Of(_index0),
        "index" => IntValue.Of(_index0 + 1),
        "length" => IntValue.Of(Length()),
        "revindex" => IntValue.Of(Length() - _index0),
        "revindex0" => IntValue.Of(Length() - _index0 - 1),
        "first" => BoolValue.Of(_index0 == 0),
        "last" => BoolValue.Of(Peek() is null),
        "depth" => IntValue.Of(_depth0 + 1),
        "depth0" => IntValue.Of(_depth0),
        "previtem" => _index0 == 0 || _before is null ? new UndefinedValue("there is no previous item") : _before,
        "nextitem" => Peek() ?? new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue(CycleSignature, (_, bound) => Cycle((TupleValue)bound[0]!)),
        "changed" => new FunctionValue(ChangedSignature, (_, bound) => Changed(bound[0]!)),
        _ => Access.ObjectAttribute(name),
    };

    public void Dispose() => _items.Dispose();

    public override void WriteRepr(ReprWriter writer) => writer.Write($"<LoopContext {_index0 + 1}/{Length()}>");

    private static readonly Signature RecurseSignature = new("__call__", "!self iterable");
    private static readonly Signature CycleSignature = new("cycle", "!self *args");
    private static readonly Signature ChangedSignature = new("changed", "!self *value");

    private Value? Peek() => _after ??= _items.MoveNext() ? _items.Current : null;

    private int Length()
    {
        if (_length is null)
        {
            var rest = new List<Value>();
            while (_items.MoveNext()) rest.Add(_items.Current);
            Budget.Allocate(rest.Count);
            _length = rest.Count + _index0 + 1 + (_after is null ? 0 : 1);
            _items = rest.GetEnumerator();
        }

        return _length.Value;
    }

    private Value Cycle(TupleValue items) => items.Items.Length == 0 ? throw Errors.Type("no items for cycling given") : items.Items[_index0 % items.Items.Length];

    private BoolValue Changed(Value value)
    {
        if (_lastChanged is not null && Comparing.AreSame(_lastChanged, value)) return BoolValue.False;
        _lastChanged = value;
        return BoolValue.True;
    }
}
