namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% call(args) macro(…) %}…{% endcall %}</c></summary>
internal sealed class CallStatement(CallExpression call, MacroDefinition caller) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        state.Print(frame, call.Evaluate(state, frame, new MacroValue(caller, frame)));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context)
    {
        caller.Check(context);
        call.Check(context);
    }
}
