namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class DictExpression((Expression Key, Expression Value)[] items) : Expression
{
    public override string KindName => "dict";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var result = new DictBuilder();
        foreach (var (key, value) in items) result.Set(key.Evaluate(state, frame), value.Evaluate(state, frame));
        return result.Build();
    }

    protected override void CheckNode(CheckContext context)
    {
        foreach (var (key, value) in items)
        {
            key.Check(context);
            value.Check(context);
        }
    }
}
