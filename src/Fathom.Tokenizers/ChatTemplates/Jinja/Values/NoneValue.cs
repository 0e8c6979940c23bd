namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class NoneValue : Value
{
    private NoneValue()
    {
    }

    public static NoneValue Instance { get; } = new();

    public override string TypeName => "NoneType";

    public override string ObjectName => "None";

    public override bool IsTrue => false;

    public override void WriteRepr(ReprWriter writer) => writer.Write("None");
}
