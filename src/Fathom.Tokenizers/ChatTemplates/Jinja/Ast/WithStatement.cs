namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class WithStatement(Expression[] targets, Expression[] values, Statement[] body) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        var inner = new Frame(frame, frame.Output);
        for (var i = 0; i < targets.Length; i++) targets[i].Assign(state, inner, values[i].Evaluate(state, frame));
        return ExecuteAll(body, state, inner);
    }

    protected override void CheckNode(CheckContext context)
    {
        foreach (var value in values) value.Check(context);
        CheckAll(body, context.Inner());
    }
}
