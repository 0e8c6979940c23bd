using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>a ~ b</c>: the texts of all operands.</summary>
internal sealed class ConcatExpression(Expression[] parts) : Expression
{
    public override string KindName => "concat";

    public override Value Evaluate(RenderState state, Frame frame)
    {
        state.Step();
        var values = ListExpression.EvaluateAll(parts, state, frame);
        var markup = state.Autoescape && Array.Exists(values, static v => v is StringValue { IsMarkup: true });
        var text = new StringBuilder();
        foreach (var value in values) text.Append(markup ? Markup.Escape(value).Text : value.ToText());
        Budget.Allocate(text.Length);
        return new StringValue(text.ToString(), markup);
    }

    protected override void CheckNode(CheckContext context) => CheckAll(parts, context);
}
