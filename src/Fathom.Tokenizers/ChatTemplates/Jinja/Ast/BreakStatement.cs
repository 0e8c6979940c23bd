namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed class BreakStatement : Statement
{
    public override Flow Execute(RenderState state, Frame frame) => Flow.Break;

    protected override void CheckNode(CheckContext context)
    {
        if (!context.InLoop) throw new TemplateException("SyntaxError", "'break' outside loop", Line);
    }
}
