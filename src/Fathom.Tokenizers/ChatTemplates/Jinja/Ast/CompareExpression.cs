namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A chain of comparisons as in Python: every operand is evaluated at most once, and none after the first false link.</summary>
internal sealed class CompareExpression(Expression first, (Comparison Operator, Expression Right)[] operands) : Expression
{
    public override string KindName => "compare";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var left = first.Evaluate(state, frame);
        foreach (var (comparison, expression) in operands)
        {
            var right = expression.Evaluate(state, frame);
            if (!Comparing.Holds(comparison, left, right)) return BoolValue.False;
            left = right;
        }

        return BoolValue.True;
    }

    protected override void CheckNode(CheckContext context)
    {
        first.Check(context);
        foreach (var (_, right) in operands) right.Check(context);
    }
}
