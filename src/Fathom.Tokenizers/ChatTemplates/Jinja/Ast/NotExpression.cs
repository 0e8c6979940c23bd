namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class NotExpression(Expression operand) : Expression
{
    public override string KindName => "not";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return BoolValue.Of(!operand.Evaluate(state, frame).IsTrue);
    }

    protected override void CheckNode(CheckContext context) => operand.Check(context);
}
