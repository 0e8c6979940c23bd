namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class SliceExpression(Expression? start, Expression? stop, Expression? step) : Expression
{
    public override string KindName => "slice";

    public override Value Evaluate(RenderState state, Frame frame) => EvaluateSlice(state, frame);

    public SliceValue EvaluateSlice(RenderState state, Frame frame) => new(
        start?.Evaluate(state, frame) ?? NoneValue.Instance,
        stop?.Evaluate(state, frame) ?? NoneValue.Instance,
        step?.Evaluate(state, frame) ?? NoneValue.Instance);

    protected override void CheckNode(CheckContext context)
    {
        start?.Check(context);
        stop?.Check(context);
        step?.Check(context);
    }
}
