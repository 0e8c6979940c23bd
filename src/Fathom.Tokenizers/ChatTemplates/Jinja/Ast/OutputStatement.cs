namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{{ expression }}</c></summary>
internal sealed class OutputStatement(Expression expression) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        state.Print(frame, expression.Evaluate(state, frame));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context) => expression.Check(context);
}
