namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% set a %}…{% endset %}</c>, with filters where given.</summary>
internal sealed class SetBlockStatement(Expression target, Expression? filter, Statement[] body) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        var inner = new Frame(frame, new OutputBuffer());
        var flow = ExecuteAll(body, state, inner);
        if (flow != Flow.Next) return flow;
        state.At(Line, Start);
        Value text = new StringValue(inner.Output.ToString());
        if (filter is FilterExpression chain) text = chain.Evaluate(state, inner, text);
        if (state.Autoescape) text = new StringValue(text.ToText(), isMarkup: true);
        target.Assign(state, frame, text);
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context)
    {
        var inner = context.Inner();
        CheckAll(body, inner);
        filter?.Check(inner);
    }
}
