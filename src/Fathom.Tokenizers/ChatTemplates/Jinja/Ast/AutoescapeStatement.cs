namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class AutoescapeStatement(Expression value, Statement[] body) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        var before = state.Autoescape;
        state.Autoescape = value.Evaluate(state, frame).IsTrue;
        try
        {
            return ExecuteAll(body, state, new Frame(frame, frame.Output));
        }
        finally
        {
            state.Autoescape = before;
        }
    }

    protected override void CheckNode(CheckContext context)
    {
        value.Check(context.Inner());
        CheckAll(body, context.Inner());
    }
}
