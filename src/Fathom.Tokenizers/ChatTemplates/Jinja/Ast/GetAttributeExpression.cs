namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class GetAttributeExpression(Expression target, string name) : Expression
{
    public override string KindName => "getattr";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        return Access.Attribute(target.Evaluate(state, frame), name);
    }

    protected override void CheckNode(CheckContext context)
    {
        target.Check(context);
    }
}
