namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class GetItemExpression(Expression target, Expression key) : Expression
{
    public override string KindName => "getitem";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var value = target.Evaluate(state, frame);
        // A slice written out bypasses the sandbox's look-up, as in the reference: its errors are Python's.
        return key is SliceExpression slice ? Slicing.Slice(value, slice.EvaluateSlice(state, frame)) : Access.Item(value, key.Evaluate(state, frame));
    }

    public override void Check(CheckContext context)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
        target.Check(context);
        key.Check(context);
    }
}
