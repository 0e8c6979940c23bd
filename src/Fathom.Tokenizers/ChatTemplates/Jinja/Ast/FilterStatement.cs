namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% filter f %}…{% endfilter %}</c></summary>
internal sealed class FilterStatement(Expression filter, Statement[] body) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        var inner = new Frame(frame, new OutputBuffer());
        var flow = ExecuteAll(body, state, inner);
        if (flow != Flow.Next) return flow;
        state.At(Line, Start);
        var text = new StringValue(inner.Output.ToString(), state.Autoescape);
        state.Print(frame, ((FilterExpression)filter).Evaluate(state, inner, text));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context)
    {
        var inner = context.Inner();
        CheckAll(body, inner);
        filter.Check(inner);
    }
}
