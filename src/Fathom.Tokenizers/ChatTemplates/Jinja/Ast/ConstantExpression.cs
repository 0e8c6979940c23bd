namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class ConstantExpression(Value value) : Expression
{
    public override string KindName => "const";

    public override Value Evaluate(RenderState state, Frame frame) => value;
}
