namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>{% set a, b = … %}</c></summary>
internal sealed class SetStatement(Expression target, Expression value) : Statement
{
    public override Flow Execute(RenderState state, Frame frame)
    {
        state.StepBack();
        target.CheckTarget(state, frame);
        state.At(Line, Start);
        target.Assign(state, frame, value.Evaluate(state, frame));
        return Flow.Next;
    }

    protected override void CheckNode(CheckContext context) => value.Check(context);
}
