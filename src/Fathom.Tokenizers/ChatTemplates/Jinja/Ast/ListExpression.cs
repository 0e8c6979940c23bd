namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class ListExpression(Expression[] items) : Expression
{
    public override string KindName => "list";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return new ListValue(EvaluateAll(items, state, frame));
    }

    public static Value[] EvaluateAll(Expression[] items, RenderState state, Frame frame)
    {
        var values = new Value[items.Length];
        for (var i = 0; i < items.Length; i++) values[i] = items[i].Evaluate(state, frame);
        Budget.Allocate(items.Length);
        return values;
    }

    protected override void CheckNode(CheckContext context) => CheckAll(items, context);
}
