namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% print a, b %}</c></summary>
internal sealed class PrintStatement(Expression[] items) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        foreach (var item in items)
        {
            state.At(item.Line, Start);
            state.Print(frame, item.Evaluate(state, frame));
        }

        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context)
    {
        foreach (var item in items) item.Check(context);
    }
}
