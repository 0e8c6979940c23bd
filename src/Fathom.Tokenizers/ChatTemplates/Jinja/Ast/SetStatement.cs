namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% set a, b = … %}</c></summary>
internal sealed class SetStatement(Expression target, Expression value) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        target.CheckTarget(state, frame);
        target.Assign(state, frame, value.Evaluate(state, frame));
        return Flow.Next;
    }

    public override void Check(CheckContext context) => value.Check(context);
}
