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

    protected override void CheckNode(CheckContext context)
    {
        target.Check(context);
        key.Check(context);
        // jinja2 writes this as Python code that Python then refuses.
        if (key is TupleExpression { HasSlice: true }) throw new TemplateException("SyntaxError", "invalid syntax", Line);
    }
}
