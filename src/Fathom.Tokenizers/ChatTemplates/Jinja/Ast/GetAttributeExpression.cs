namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class GetAttributeExpression(Expression target, string name) : Expression
{
    public override string KindName => "getattr";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return Access.Attribute(target.Evaluate(state, frame), name);
    }

    public override void Check(CheckContext context)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
        target.Check(context);
    }
}
