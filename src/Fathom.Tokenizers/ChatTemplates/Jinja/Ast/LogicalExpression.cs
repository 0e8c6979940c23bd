namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>and</c> and <c>or</c>: the value of the operand that decides.</summary>
internal sealed class LogicalExpression(bool isAnd, Expression left, Expression right) : Expression
{
    public override string KindName => isAnd ? "and" : "or";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var first = left.Evaluate(state, frame);
        return first.IsTrue == isAnd ? right.Evaluate(state, frame) : first;
    }

    protected override void CheckNode(CheckContext context) => CheckAll([left, right], context);
}
