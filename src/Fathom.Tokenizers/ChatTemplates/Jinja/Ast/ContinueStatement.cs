namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class ContinueStatement : Statement
{
    public override Flow Execute(RenderState state, Frame frame) => Flow.Continue;

    protected override void CheckNode(CheckContext context)
    {
        if (!context.InLoop) throw new TemplateException("SyntaxError", "'continue' not properly in loop", Line);
    }
}
