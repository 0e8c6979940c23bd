namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>What stands for a missing variable, attribute or item: empty and false, and an error in every other use.</summary>
internal sealed class UndefinedValue : Value
{
    private readonly string? _hint;
    private readonly Value? _owner;
    private readonly Value? _key;
    private readonly bool _isSecurity;

    /// <summary>Undefined with a message of its own.</summary>
    public UndefinedValue(string hint, bool isSecurity = false)
    {
        _hint = hint;
        _isSecurity = isSecurity;
    }

    private UndefinedValue(Value? owner, Value key)
    {
        _owner = owner;
        _key = key;
    }

    public override string TypeName => "Undefined";

    public override string ObjectName => "jinja2.runtime.Undefined object";

    public override bool IsTrue => false;

    public override int? LengthOrNull => 0;

    public override bool IsIterable => true;

    public override bool IsCallable => true;

    public static UndefinedValue Name(string name) => new((Value?)null, new StringValue(name));

    public static UndefinedValue Member(Value owner, Value key) => new(owner, key);

    public override IEnumerable<Value> Iterate() => [];

    public override string ToText() => "";

    public override void WriteRepr(ReprWriter writer) => writer.Write("Undefined");

    public override int HashKey() => 17;

    public override bool IsEqual(Value other) => other is UndefinedValue;

    public override Value Call(RenderState state, Arguments arguments) => throw Fail();

    /// <summary>The error of using it.</summary>
    public TemplateException Fail()
    {
        var message = _hint;
        if (message is null && _owner is null) message = $"{_key!.Repr()} is undefined";
        message ??= _key is StringValue
            ? $"{PythonText.Repr(_owner!.ObjectName)} has no attribute {_key.Repr()}"
            : $"{_owner!.ObjectName} has no element {_key!.Repr()}";
        return _isSecurity ? Errors.Security(message) : Errors.Undefined(message);
    }

    public static void Refuse(Value value)
    {
        if (value is UndefinedValue undefined) throw undefined.Fail();
    }
}
