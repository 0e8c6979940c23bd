namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class UnaryExpression(bool negative, Expression operand) : Expression
{
    public override string KindName => negative ? "neg" : "pos";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return Arithmetic.Unary(negative, operand.Evaluate(state, frame));
    }

    protected override void CheckNode(CheckContext context) => operand.Check(context);
}
