namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class BinaryExpression(BinaryOperator operation, Expression left, Expression right) : Expression
{
    public override string KindName => operation switch
    {
        BinaryOperator.Add => "add",
        BinaryOperator.Subtract => "sub",
        BinaryOperator.Multiply => "mul",
        BinaryOperator.Divide => "div",
        BinaryOperator.FloorDivide => "floordiv",
        BinaryOperator.Remainder => "mod",
        _ => "pow",
    };

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var first = left.Evaluate(state, frame);
        return Arithmetic.Binary(operation, first, right.Evaluate(state, frame));
    }

    protected override void CheckNode(CheckContext context)
    {
        CheckAll([left, right], context);
    }
}
