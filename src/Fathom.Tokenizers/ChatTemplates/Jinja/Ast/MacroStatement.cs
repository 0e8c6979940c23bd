namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class MacroStatement(MacroDefinition macro) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        frame.Set(macro.Name!, new MacroValue(macro, frame));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context) => macro.Check(context);
}
