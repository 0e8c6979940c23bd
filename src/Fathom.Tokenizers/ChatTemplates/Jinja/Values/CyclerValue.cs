namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>cycler(…)</c></summary>
internal sealed class CyclerValue(Value[] items) : Value
{
    private static readonly Signature NoArguments = new("next", "!self");
    private int _position;

    public override string TypeName => "Cycler";

    public override string ObjectName => "jinja2.utils.Cycler object";

    public override Value? FindAttribute(string name) => name switch
    {
        "current" => items[_position],
        "pos" => IntValue.Of(_position),
        "items" => new TupleValue(items),
        "next" => new FunctionValue(NoArguments, (_, _) => Next()),
        "reset" => new FunctionValue(NoArguments, (_, _) => Reset()),
        _ => Access.ObjectAttribute(name),
    };

    public override void WriteRepr(ReprWriter writer) => writer.Write($"<{ObjectName} at {Access.Address}>");

    private Value Next()
    {
        var value = items[_position];
        _position = (_position + 1) % items.Length;
        return value;
    }

    private NoneValue Reset()
    {
        _position = 0;
        return NoneValue.Instance;
    }
}
