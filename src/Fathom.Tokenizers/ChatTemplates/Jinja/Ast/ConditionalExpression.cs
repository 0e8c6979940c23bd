namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class ConditionalExpression(Expression test, Expression yes, Expression? no) : Expression
{
    public override string KindName => "condexpr";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        if (test.Evaluate(state, frame).IsTrue) return yes.Evaluate(state, frame);
        return no?.Evaluate(state, frame) ?? new UndefinedValue($"the inline if-expression on line {Line} evaluated to false and no else section was defined.");
    }

    protected override void CheckNode(CheckContext context)
    {
        context = context with { Conditional = true };
        test.Check(context);
        yes.Check(context);
        no?.Check(context);
    }
}
