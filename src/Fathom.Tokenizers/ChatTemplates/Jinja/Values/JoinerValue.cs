namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>joiner(separator)</c>: nothing at the first call, the separator at every other.</summary>
internal sealed class JoinerValue(Value separator) : Value
{
    private bool _used;

    public override string TypeName => "Joiner";

    public override string ObjectName => "jinja2.utils.Joiner object";

    public override bool IsCallable => true;

    public override Value Call(RenderState state, Arguments arguments)
    {
        if (_used) return separator;
        _used = true;
        return StringValue.Empty;
    }

    public override Value? FindAttribute(string name) => name switch
    {
        "sep" => separator,
        "used" => BoolValue.Of(_used),
        _ => Access.ObjectAttribute(name),
    };

    public override void WriteRepr(ReprWriter writer) => writer.Write($"<{ObjectName} at {Access.Address}>");
}
