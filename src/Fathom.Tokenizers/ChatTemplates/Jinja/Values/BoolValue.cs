namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class BoolValue : Value
{
    private BoolValue(bool value) => Value = value;

    public static BoolValue True { get; } = new(true);

    public static BoolValue False { get; } = new(false);

    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool IsTrue => Value;

    public static BoolValue Of(bool value) => value ? True : False;

    public override void WriteRepr(ReprWriter writer) => writer.Write(Value ? "True" : "False");

    public override int HashKey() => IntValue.Of(Value ? 1 : 0).HashKey();

    public override Value? FindAttribute(string name) => NumberMethods.Find(this, name);
}
